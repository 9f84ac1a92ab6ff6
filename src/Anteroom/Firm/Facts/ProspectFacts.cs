using System.Text.Json.Serialization;

namespace Anteroom.Firm;

/// <summary>
/// What a prospect tells the firm: one record from the door to the row, the pages and the templates. <see cref="All"/> describes its
/// facts, and whoever reads, checks, keeps, shows or writes them goes by that list.
/// </summary>
public class ProspectFacts
{
    /// <summary>1 to 100 characters, any script.</summary>
    public required string FirstName { get; set; }

    /// <summary>1 to 100 characters, any script; - or . for people with one name, whose last name is then an empty text.</summary>
    public required string LastName { get; set; }

    // Empty for those who gave the firm only a phone number.
    /// <summary>An email address, internationalized ones too.</summary>
    public required string Email { get; set; }

    /// <summary>Whether anything can be emailed to them.</summary>
    [JsonIgnore]
    public bool HasEmail => Email.Length > 0;

    /// <summary>At most 50 characters.</summary>
    public string? Phone { get; set; }

    /// <summary>One of the firm's practice areas.</summary>
    public string? PracticeArea { get; set; }

    /// <summary>At most 5,000 characters.</summary>
    public string? Message { get; set; }

    /// <summary>The language in which automatic email is written to them.</summary>
    [JsonIgnore]
    public Language Language { get; set; }

    /// <summary>What they answered to the firm's own questions.</summary>
    [JsonIgnore]
    public Answers Answers { get; set; } = Answers.None;

    /// <summary>First and last name; the first alone for people with one name.</summary>
    [JsonIgnore]
    public string FullName => PersonName.Full(FirstName, LastName);

    /// <summary>The facts that are texts, in the order in which forms ask for them.</summary>
    public static IReadOnlyList<Fact> All { get; } =
    [
        new(nameof(FirstName), facts => facts.FirstName, (facts, value) => facts.FirstName = value!)
        {
            Label = "First name",
            Meaning = "First name",
            Example = "Ada",
            IsRequired = true,
            MaxLength = PersonName.MaxLength,
            Read = (string? text, FactRules _, out string? value, out Sentence? problem) =>
                PersonName.TryParse(text, "first name", out value, out problem),
        },
        new(nameof(LastName), facts => facts.LastName, (facts, value) => facts.LastName = value!)
        {
            Label = "Last name",
            Meaning = "Last name",
            Example = "Lovelace",
            IsRequired = true,
            MaxLength = PersonName.MaxLength,
            Read = (string? text, FactRules _, out string? value, out Sentence? problem) =>
                PersonName.TryParseLast(text, out value, out problem),
            Switch = "one_name",
        },
        new(nameof(Email), facts => facts.HasEmail ? facts.Email : null, (facts, value) => facts.Email = value ?? "")
        {
            Label = "Email",
            Word = "email",
            Meaning = "The prospect's email address",
            Example = "ada@example.com",
            IsRequired = true,
            MaxLength = EmailAddress.MaxOctets,
            Read = (string? text, FactRules rules, out string? value, out Sentence? problem) =>
            {
                (value, problem) = (null, null);
                if (rules.PhoneIsEnough && string.IsNullOrWhiteSpace(text))
                    return true;
                var right = EmailAddress.TryParse(text, out var address, out problem);
                value = address?.Address;
                return right;
            },
        },
        new(nameof(Phone), facts => facts.Phone, (facts, value) => facts.Phone = value)
        {
            Label = "Phone",
            Meaning = "Phone number",
            Example = "+1 212 555 0100",
            MaxLength = PhoneNumber.MaxLength,
            Read = (string? text, FactRules _, out string? value, out Sentence? problem) =>
                PhoneNumber.TryParse(text, out value, out problem),
        },
        new(nameof(PracticeArea), facts => facts.PracticeArea, (facts, value) => facts.PracticeArea = value)
        {
            Label = "About",
            Meaning = "What the inquiry is about",
            Example = "Employment",
            MaxLength = 100,
            Read = (string? text, FactRules rules, out string? value, out Sentence? problem) =>
                rules.TryChoosePracticeArea(text, out value, out problem),
        },
        new(nameof(Message), facts => facts.Message, (facts, value) => facts.Message = value)
        {
            Label = "Message",
            Meaning = "What the prospect wrote",
            Example = "I was let go last week.\nPlease call me.",
            IsOwnWords = true,
            MaxLength = FreeText.MaxLength,
        },
    ];

    /// <summary>Those that people of the firm can correct, that lists and exports show: all but the prospect's own words.</summary>
    public static IReadOnlyList<Fact> Summary { get; } = [.. All.Where(fact => !fact.IsOwnWords)];

    /// <summary>Reads them from what was typed; null when something is wrong, and <paramref name="errors"/> then says what.</summary>
    /// <param name="texts">By the names of the fields.</param>
    /// <param name="rules">What the firm offers and asks.</param>
    /// <param name="errors">What the door already found wrong; a field gets one sentence.</param>
    public static ProspectFacts? Read(FieldTexts texts, FactRules rules, FieldErrors errors)
    {
        var facts = new ProspectFacts
        {
            FirstName = "",
            LastName = "",
            Email = "",
        };
        var right = true;
        foreach (var fact in All)
        {
            if (fact.TryRead(fact.TextIn(texts), rules, out var value, out var problem))
            {
                fact.Set(facts, value);
                continue;
            }

            right = false;
            if (errors.For(fact.Name) is null)
                errors.Add(fact.Name, problem);
        }

        if (right && facts.WhyNotReached() is { } unreached && errors.For("email") is null)
            errors.Add("email", unreached);
        facts.Language = WireName.TryParse(texts["language"], out Language language) ? language : Language.En;
        facts.Answers = Answers.Read(texts, rules.Questions, errors);
        return right && errors.IsEmpty ? facts : null;
    }

    /// <summary>What is wrong when there is neither an address nor a phone number; null when there is one.</summary>
    public Sentence? WhyNotReached() =>
        HasEmail || Phone is not null ? null : "Please enter an email address or a phone number.";

    /// <summary>Takes what is not known here from another record.</summary>
    public void FillFrom(ProspectFacts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        foreach (var fact in All)
            if (fact.Get(this) is null)
                fact.Set(this, fact.Get(other));
        Answers = Answers.FilledFrom(other.Answers);
    }
}
