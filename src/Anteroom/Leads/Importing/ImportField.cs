using System.Globalization;
using System.Text;
using Anteroom.Firm;

namespace Anteroom.Leads;

/// <summary>What a column of a file can be.</summary>
/// <param name="Name">As presets and commands call it.</param>
/// <param name="Label">As people read it.</param>
/// <param name="Headers">Names that columns of this kind have elsewhere: small letters and digits only.</param>
public sealed record ImportField(string Name, string Label, params IReadOnlyList<string> Headers)
{
    /// <summary>First and last name in one column: <c>Ada Lovelace</c> or <c>Lovelace, Ada</c>.</summary>
    public const string FullName = "full_name";

    /// <summary>Where the lead stands.</summary>
    public const string Status = "status";

    /// <summary>When the prospect came.</summary>
    public const string CreatedAt = "created_at";

    /// <summary>Who takes care of it.</summary>
    public const string AssignedTo = "assigned_to";

    /// <summary>A note of the firm's.</summary>
    public const string Note = "note";

    private static readonly Dictionary<string, string[]> Elsewhere = new(StringComparer.Ordinal)
    {
        ["first_name"] = ["firstname", "givenname", "forename", "first", "fname", "nombre", "vorname", "prenom"],
        ["last_name"] =
        [
            "lastname",
            "surname",
            "familyname",
            "last",
            "lname",
            "apellido",
            "apellidos",
            "nachname",
            "nomdefamille",
        ],
        ["email"] =
        [
            "email",
            "mail",
            "emailaddress",
            "primaryemail",
            "correo",
            "correoelectronico",
            "emailadresse",
            "courriel",
        ],
        ["phone"] =
        [
            "phone",
            "phonenumber",
            "telephone",
            "mobile",
            "mobilephone",
            "cell",
            "cellphone",
            "primaryphone",
            "tel",
            "telefono",
            "telefon",
            "movil",
        ],
        ["practice_area"] =
        [
            "practicearea",
            "area",
            "casetype",
            "mattertype",
            "practice",
            "about",
            "areadepractica",
            "rechtsgebiet",
        ],
        ["message"] = ["message", "inquiry", "enquiry", "description", "casedescription", "mensaje", "nachricht"],
    };

    /// <summary>All of them, in the order in which pages show them.</summary>
    public static IReadOnlyList<ImportField> All { get; } =
    [
        .. ProspectFacts.All.Select(fact => new ImportField(
            fact.Name,
            fact.Label,
            Elsewhere.GetValueOrDefault(fact.Name) ?? [Fold(fact.Name)]
        )),
        new(
            FullName,
            "Full name",
            "fullname",
            "name",
            "contact",
            "contactname",
            "leadname",
            "client",
            "clientname",
            "nombrecompleto"
        ),
        new(Status, "Status", "status", "state", "stage", "leadstatus", "estado"),
        new(
            CreatedAt,
            "Received on",
            "createdat",
            "created",
            "createdon",
            "createddate",
            "date",
            "datecreated",
            "receivedon",
            "received",
            "submittedat",
            "submitted",
            "fecha",
            "datum"
        ),
        new(
            AssignedTo,
            "Assigned to",
            "assignedto",
            "owner",
            "attorney",
            "leadowner",
            "responsibleattorney",
            "lawyer",
            "abogado"
        ),
        new(Note, "Note", "note", "notes", "comment", "comments", "remarks", "notas", "notizen"),
    ];

    /// <summary>The field of a name; null when there is none.</summary>
    public static ImportField? Find(string? name) => All.FirstOrDefault(field => field.Name == name);

    /// <summary>What each column probably is, by its name; empty for a column that nobody can tell. No field is there twice.</summary>
    public static string[] Guess(IReadOnlyList<string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var guess = new string[headers.Count];
        Array.Fill(guess, "");
        var taken = new HashSet<string>(StringComparer.Ordinal);
        // Names that are exactly right come first, so that "Company name" does not take the place of "Name".
        foreach (var nearly in (bool[])[false, true])
            for (var at = 0; at < headers.Count; at++)
                if (
                    guess[at].Length == 0
                    && Fold(headers[at]) is { Length: > 0 } header
                    && All.FirstOrDefault(field => !taken.Contains(field.Name) && field.Fits(header, nearly))
                        is { } found
                )
                {
                    guess[at] = found.Name;
                    taken.Add(found.Name);
                }

        return guess;
    }

    private bool Fits(string header, bool nearly) =>
        nearly
            ? header.Length >= 5 && Headers.Any(one => one.Length >= 5 && EditDistance.Of(header, one) == 1)
            : Headers.Contains(header, StringComparer.Ordinal) || Fold(Name) == header;

    /// <summary>Small letters and digits, without accents.</summary>
    private static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in SearchText.For(text).EnumerateRunes())
            if (Rune.IsLetterOrDigit(rune))
                folded.Append(rune.ToString().ToLower(CultureInfo.InvariantCulture));
        return folded.ToString();
    }
}
