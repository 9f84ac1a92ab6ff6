using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Anteroom.Firm;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>What a row says.</summary>
internal sealed record ReadRow
{
    public required ProspectFacts Facts { get; init; }
    public LeadStatus? Status { get; init; }
    public DateTimeOffset? CreatedAt { get; init; }
    public Guid? AssignedTo { get; init; }
    public string? Note { get; init; }

    /// <summary>What it is compared by: the address in small letters.</summary>
    public string? Email => Facts.HasEmail ? Facts.Email.ToLowerInvariant() : null;

    /// <summary>SHA-256 of what it says, whatever the choices for all rows are.</summary>
    public byte[] Content()
    {
        // No text can contain the separator.
        IEnumerable<string?> parts =
        [
            "import",
            .. ProspectFacts.All.Select(fact => fact.Get(Facts)),
            Status?.ToWire(),
            CreatedAt?.ToString("O", CultureInfo.InvariantCulture),
            AssignedTo?.ToString(),
            Note,
        ];
        return SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', parts)));
    }
}

/// <summary>What is wrong with a row.</summary>
/// <param name="Field">The label of the field.</param>
/// <param name="Sentence">What would be right.</param>
public sealed record RowProblem(string Field, Sentence Sentence)
{
    /// <summary>The same in English, as it is kept.</summary>
    public override string ToString() => $"{Field}: {Sentence}";
}

/// <summary>Understands the rows of a file by what was chosen for its columns.</summary>
internal sealed class RowReader
{
    private static readonly (string Word, LeadStatus Status)[] OtherWords =
    [
        ("pending", LeadStatus.Registered),
        ("new", LeadStatus.Registered),
        ("open", LeadStatus.Registered),
        ("contacted", LeadStatus.ReachedOut),
        ("client", LeadStatus.Retained),
        ("won", LeadStatus.Retained),
        ("hired", LeadStatus.Retained),
        ("rejected", LeadStatus.Declined),
        ("closed", LeadStatus.Lost),
    ];

    private static readonly string[] Days =
    [
        "yyyy-M-d",
        "yyyy/M/d",
        "yyyy.M.d",
        "yyyyMMdd",
        "d-MMM-yyyy",
        "d MMM yyyy",
        "d MMMM yyyy",
        "MMM d, yyyy",
        "MMMM d, yyyy",
        "d.M.yyyy",
        "d.M.yy",
    ];
    private static readonly string[] MonthFirst = ["M/d/yyyy", "M-d-yyyy", "M/d/yy"];
    private static readonly string[] DayFirst = ["d/M/yyyy", "d-M-yyyy", "d/M/yy"];
    private static readonly string[] Times =
    [
        "",
        " H:mm",
        " H:mm:ss",
        "'T'H:mm",
        "'T'H:mm:ss",
        " h:mm tt",
        " h:mm:ss tt",
    ];
    private static readonly DateTimeOffset Earliest = new(1950, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ImportChoices _choices;
    private readonly FirmOptions _firm;
    private readonly FactRules _rules;
    private readonly ILookup<string, Guid> _people;
    private readonly string[] _dates;
    private readonly DateTimeOffset _now;

    private RowReader(ImportChoices choices, FirmOptions firm, ILookup<string, Guid> people, DateTimeOffset now)
    {
        (_choices, _firm, _people, _now) = (choices, firm, people, now);
        _rules = firm.FactRules with { Questions = [], PhoneIsEnough = true };
        string[] days = [.. Days, .. choices.Dates == DateOrder.DayFirst ? DayFirst : MonthFirst];
        _dates = [.. days.SelectMany(day => Times.Select(time => day + time))];
    }

    private sealed record PersonRow(Guid Id, string Name);

    /// <summary>Knows who can have leads.</summary>
    public static async Task<RowReader> ForAsync(
        NpgsqlConnection connection,
        ImportChoices choices,
        FirmOptions firm,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        var people = await connection.QueryAsync<PersonRow>(
            """
            select id, lower(name) as name from users, unnest(array[user_name, email, full_name]) name
            where active and role = 'attorney' and name is not null group by id, lower(name)
            """,
            cancellation
        );
        return new(
            choices,
            firm,
            people.ToLookup(person => person.Name, person => person.Id, StringComparer.Ordinal),
            now
        );
    }

    /// <summary>Reads a row; null, with what is wrong, when it cannot be taken.</summary>
    public ReadRow? Read(IReadOnlyList<string> cells, out IReadOnlyList<RowProblem> problems)
    {
        var texts = new FieldTexts();
        var wrong = new List<RowProblem>();
        foreach (var field in ImportField.All)
            if (Cell(cells, field.Name) is { Length: > 0 } text)
                texts.Add(field.Name, text);
        SplitName(texts);
        var rules = texts["practice_area"] is { } area
            ? _rules with
            {
                KeptPracticeArea = KnownArea(texts, area),
            }
            : _rules;
        var errors = new FieldErrors();
        var facts = ProspectFacts.Read(texts, rules, errors);
        foreach (var (field, sentences) in errors.ByField)
        foreach (var sentence in sentences)
            wrong.Add(new(ImportField.Find(field)?.Label ?? field, sentence));
        var status = Status(texts[ImportField.Status], wrong);
        var created = Created(texts[ImportField.CreatedAt], wrong);
        var owner = Owner(texts[ImportField.AssignedTo], wrong);
        if (!FreeText.TryParse(texts[ImportField.Note], "note", FreeText.MaxLength, out var note, out var problem))
            wrong.Add(new("Note", problem));
        problems = wrong;
        return facts is null || wrong.Count > 0
            ? null
            : new ReadRow
            {
                Facts = facts,
                Status = status,
                CreatedAt = created,
                AssignedTo = owner,
                Note = note,
            };
    }

    /// <summary>The phone number that a row is compared by.</summary>
    public string? PhoneOf(ReadRow row) => PhoneNumber.ToE164(row.Facts.Phone, _firm.Region);

    private string? Cell(IReadOnlyList<string> cells, string field)
    {
        var at = Array.IndexOf(_choices.Fields, field);
        return at >= 0 && at < cells.Count ? cells[at] : null;
    }

    /// <summary>First and last name from one text, where there are no two; and people with one name.</summary>
    private static void SplitName(FieldTexts texts)
    {
        if (texts["first_name"] is null && texts["last_name"] is null && texts[ImportField.FullName] is { } full)
        {
            var name = Texts.CollapseSpaces(full.Trim());
            var comma = name.IndexOf(',', StringComparison.Ordinal);
            var space = name.LastIndexOf(' ');
            var (first, last) =
                comma > 0 && comma < name.Length - 1 ? (name[(comma + 1)..].Trim(), name[..comma].Trim())
                : space > 0 ? (name[..space], name[(space + 1)..])
                : (name, "");
            texts.Replace("first_name", first);
            if (last.Length > 0)
                texts.Replace("last_name", last);
        }

        if (texts["first_name"] is null && texts["last_name"] is { } only)
        {
            texts.Replace("first_name", only);
            texts.Replace("last_name", "-");
        }

        if (texts["last_name"] is null)
            texts.Replace("last_name", "-");
    }

    /// <summary>A practice area in the firm's own spelling; one that the firm does not have stays as it is, if it can be kept.</summary>
    private string? KnownArea(FieldTexts texts, string area)
    {
        var known = _firm.PracticeAreas.FirstOrDefault(one => one.Equals(area, StringComparison.OrdinalIgnoreCase));
        if (known is not null)
            texts.Replace("practice_area", known);
        return known
            ?? (
                OneLine.TryParse(area, "practice area", 100, out var clean, out _) && clean == area.Trim()
                    ? clean
                    : null
            );
    }

    private static LeadStatus? Status(string? text, List<RowProblem> wrong)
    {
        if (text is null)
            return null;
        var word = text.Trim().Replace(' ', '_').ToLowerInvariant();
        var status =
            LeadStatus.All.FirstOrDefault(one =>
                one.ToWire() == word || one.ToLabel().Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)
            ) ?? OtherWords.FirstOrDefault(one => one.Word == word).Status;
        if (status is null)
            wrong.Add(
                new(
                    "Status",
                    $"“{Short(text)}” is none of {string.Join(", ", LeadStatus.All.Select(one => one.ToLabel()))}."
                )
            );
        return status;
    }

    private DateTimeOffset? Created(string? text, List<RowProblem> wrong)
    {
        if (text is null)
            return null;
        if (Instant(Texts.CollapseSpaces(text.Trim())) is not { } at || at < Earliest || at > _now.AddDays(1))
        {
            wrong.Add(
                new(
                    "Received on",
                    $"“{Short(text)}” is no date in the past, such as 2026-03-14 or {(_choices.Dates == DateOrder.DayFirst ? "14/3/2026" : "3/14/2026")}."
                )
            );
            return null;
        }

        return Sql.Instant(at);
    }

    private DateTimeOffset? Instant(string text)
    {
        // With an offset it is an instant; everything else is a time of the firm's.
        if (
            text.Length >= 17
            && char.IsAsciiDigit(text[0])
            && (text[^1] is 'Z' or 'z' || text.LastIndexOfAny(['+', '-']) > 10)
            && DateTimeOffset.TryParse(
                text,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var exact
            )
        )
            return exact.ToUniversalTime();
        if (!DateTime.TryParseExact(text, _dates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return null;
        // Within the hour that a change to summer time leaves out, the hour after it is meant.
        if (_firm.Zone.IsInvalidTime(local))
            local = local.AddHours(1);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(local, _firm.Zone), TimeSpan.Zero);
    }

    private Guid? Owner(string? text, List<RowProblem> wrong)
    {
        if (text is null)
            return null;
        var found = _people[text.Trim().ToLowerInvariant()].Distinct().ToList();
        if (found is [var one])
            return one;
        if (found.Count == 0)
            wrong.Add(
                new(
                    "Assigned to",
                    $"There is no attorney “{Short(text)}”. Invite them first, or do not take this column."
                )
            );
        else
            wrong.Add(new("Assigned to", $"There are several attorneys “{Short(text)}”. Use their user names."));
        return null;
    }

    private static string Short(string text) => text.Length <= 60 ? text : $"{text[..60]}…";
}
