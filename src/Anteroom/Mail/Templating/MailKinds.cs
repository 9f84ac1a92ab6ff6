using Anteroom.Firm;

namespace Anteroom.Mail;

/// <summary>Whom a kind of email goes to.</summary>
public enum MailAudience
{
    /// <summary>People outside, who have written to the firm.</summary>
    Prospect,

    /// <summary>People of the firm.</summary>
    Firm,
}

/// <summary>A value that a template can show.</summary>
/// <param name="Name">As written between the braces: <c>first_name</c>.</param>
/// <param name="Meaning">What it is, for the person who writes the template.</param>
/// <param name="Example">Used when there is no lead to take it from. A list of dictionaries is for <c>{{#each}}</c>.</param>
/// <param name="Optional">It can be missing; templates check with <c>{{#if}}</c>.</param>
public sealed record MergeField(string Name, string Meaning, object Example, bool Optional = false);

/// <summary>The facts about a kind of email.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Label">What people call it.</param>
/// <param name="Purpose">What it is for and when it goes, one sentence.</param>
/// <param name="Audience">Whom it goes to.</param>
/// <param name="Fields">What its template can show. Every kind has <c>firm</c>; one to prospects has <c>email</c>, their address.</param>
public sealed record MailKindFacts(
    EmailKind Kind,
    string Label,
    string Purpose,
    MailAudience Audience,
    IReadOnlyList<MergeField> Fields
)
{
    /// <summary>The language its text is in.</summary>
    public Language Language { get; init; }

    /// <summary>Names the text in addresses and in the database: <c>confirmation</c>, <c>confirmation.es</c>.</summary>
    public string Name => Language == Language.En ? Kind.ToWire() : $"{Kind.ToWire()}.{Language.ToWire()}";

    /// <summary>Sent without a person deciding about each one.</summary>
    public bool Automated { get; init; } = true;

    /// <summary>It is about a lead, so that a preview can take the values of a real one.</summary>
    public bool AboutLead { get; init; }

    /// <summary>It has a text of its own that administrators can change. Bulk email is written anew each time.</summary>
    public bool HasTemplate { get; init; } = true;

    /// <summary>Somebody can send it again, because what it says stays true.</summary>
    public bool CanBeRepeated { get; init; }

    /// <summary>It has an unsubscribe link (RFC 8058).</summary>
    public bool CanBeUnsubscribed => Audience == MailAudience.Prospect && Automated;

    /// <summary>
    /// Not sent to prospects who have opted out. Everything that <see cref="CanBeUnsubscribed"/>, except the confirmation, which they wait for.
    /// </summary>
    public bool StopsAtOptOut => CanBeUnsubscribed && Kind != EmailKind.Confirmation;

    /// <summary>The examples of all fields.</summary>
    public IReadOnlyDictionary<string, object?> Examples() =>
        Fields.ToDictionary(field => field.Name, object? (field) => field.Example, StringComparer.Ordinal);

    /// <summary>The examples without the optional fields.</summary>
    public IReadOnlyDictionary<string, object?> SparseExamples() =>
        Fields.ToDictionary(
            field => field.Name,
            object? (field) => field.Optional ? null : field.Example,
            StringComparer.Ordinal
        );
}

/// <summary>Every kind of email. A kind that is not in this list cannot be written.</summary>
public static class MailKinds
{
    private static readonly MergeField Firm = new("firm", "The firm's name", "Byron & Partners");

    /// <summary>What <c>LeadBrief.MergeFields</c> gives.</summary>
    private static readonly MergeField[] OfLead =
    [
        Firm,
        new("number", "The lead's number", "42"),
        new("code", "The lead's code, which the prospect knows", "K7M4PQX"),
        .. ProspectFacts.All.Select(fact => new MergeField(
            fact.Name,
            fact.Meaning,
            fact.Example,
            Optional: !fact.IsRequired
        )),
        new(
            "answers",
            "What the prospect answered to the firm's own questions",
            new[]
            {
                new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["question"] = "How did you hear of us?",
                    ["answer"] = "From a friend",
                },
            },
            Optional: true
        ),
        new("file_name", "The resume's file name", "Ada Lovelace.pdf", Optional: true),
        new("received", "When the inquiry came in", "21 November 2026 at 09:30 UTC"),
        new("link", "The lead's page, for people of the firm", "https://intake.example.com/leads/42"),
    ];

    /// <summary>What <c>LeadBrief.MergeFieldsForProspect</c> gives.</summary>
    private static readonly MergeField[] ForProspect =
    [
        .. OfLead
            .Where(field => field.Name != "link")
            .Select(field =>
                field.Name == "number"
                    ? new MergeField("number", "The same as the code, for texts from before there was one", "K7M4PQX")
                    : field
            ),
    ];

    private static readonly MergeField[] OfUser =
    [
        Firm,
        new("name", "The user's name", "Maria Lopez"),
        new("username", "What the user signs in with", "maria"),
        new("life", "How long the link works", "1 hour"),
        new("days", "The same in days", "3"),
        new("link", "Where the password is set", "https://intake.example.com/password?user=1&token=2"),
    ];

    /// <summary>All of them, in the order in which pages list them.</summary>
    public static IReadOnlyList<MailKindFacts> All { get; } =
    [
        new(
            EmailKind.Confirmation,
            "Confirmation",
            "Tells prospects, as soon as they have sent the form, that it has arrived.",
            MailAudience.Prospect,
            ForProspect
        )
        {
            AboutLead = true,
            CanBeRepeated = true,
        },
        new(
            EmailKind.Welcome,
            "Welcome",
            "Makes the first contact in the attorney's name when nobody has reached out in time.",
            MailAudience.Prospect,
            [
                .. ForProspect,
                new("attorney", "The attorney in whose name it goes out", "Maria Lopez"),
                new("attorney_email", "Where answers go", "maria@example.com", Optional: true),
            ]
        )
        {
            AboutLead = true,
            CanBeRepeated = true,
        },
        new(
            EmailKind.FirmWelcome,
            "Welcome from the firm",
            "Makes the first contact in the firm's name when the lead has no attorney in time, or its attorney is not at work.",
            MailAudience.Prospect,
            ForProspect
        )
        {
            AboutLead = true,
        },
        new(
            EmailKind.Bulk,
            "Bulk email",
            "Written for one mailing, to every lead that matches a filter.",
            MailAudience.Prospect,
            [.. ForProspect, new("attorney", "The attorney who has the lead", "Maria Lopez", Optional: true)]
        )
        {
            AboutLead = true,
            HasTemplate = false,
        },
        new(
            EmailKind.Personal,
            "Email",
            "Written by someone at the firm to one prospect.",
            MailAudience.Prospect,
            [
                .. ForProspect,
                new("sender", "Who writes", "Maria Lopez"),
                new("sender_email", "Where answers go", "maria@example.com"),
            ]
        )
        {
            AboutLead = true,
            Automated = false,
            HasTemplate = false,
            CanBeRepeated = true,
        },
        new(
            EmailKind.Notification,
            "New lead",
            "Tells the firm that a new lead has come in.",
            MailAudience.Firm,
            OfLead
        )
        {
            AboutLead = true,
            CanBeRepeated = true,
        },
        new(
            EmailKind.Assigned,
            "Lead assigned",
            "Tells an attorney that a lead is theirs.",
            MailAudience.Firm,
            [
                .. OfLead,
                new("attorney", "Who has the lead now", "Maria Lopez"),
                new("previous", "Who had it before", "Daniel Okafor", Optional: true),
            ]
        )
        {
            AboutLead = true,
            CanBeRepeated = true,
        },
        new(
            EmailKind.Reassigned,
            "Lead taken over",
            "Tells an attorney that a lead is somebody else's now.",
            MailAudience.Firm,
            [
                .. OfLead,
                new("attorney", "Who had the lead", "Maria Lopez"),
                new("next", "Who has it now", "Daniel Okafor", Optional: true),
                new("by", "Who changed it", "Grace Whitfield"),
            ]
        )
        {
            AboutLead = true,
        },
        new(
            EmailKind.Mention,
            "Mention",
            "Tells a user that somebody has named them in a note.",
            MailAudience.Firm,
            [
                .. OfLead,
                new("by", "Who wrote the note", "Grace Whitfield"),
                new("note", "The note", "@maria: she called again.\nCan you take it from here?"),
            ]
        )
        {
            AboutLead = true,
            CanBeRepeated = true,
        },
        new(
            EmailKind.TasksDue,
            "Tasks due",
            "Tells a user in the morning which tasks are due that day.",
            MailAudience.Firm,
            [
                Firm,
                new("name", "Who has to do them", "Maria Lopez"),
                new("first", "The first task", "Call Ada back"),
                new("more", "How many others there are", "1", Optional: true),
                new(
                    "tasks",
                    "The tasks, each with task, lead and link",
                    new[]
                    {
                        new Dictionary<string, object?>(StringComparer.Ordinal)
                        {
                            ["task"] = "Call Ada back",
                            ["lead"] = "Ada Lovelace",
                            ["link"] = "https://intake.example.com/leads/42",
                        },
                        new Dictionary<string, object?>(StringComparer.Ordinal)
                        {
                            ["task"] = "Send the contract",
                            ["lead"] = "Charles Babbage",
                            ["link"] = "https://intake.example.com/leads/43",
                        },
                    }
                ),
                new("link", "The page of the tasks", "https://intake.example.com/tasks"),
            ]
        ),
        new(
            EmailKind.NobodyAvailable,
            "Nobody available",
            "Tells administrators, once, that leads wait because no attorney takes them.",
            MailAudience.Firm,
            [.. OfLead, new("attorneys_link", "The page of the attorneys", "https://intake.example.com/admin/users")]
        )
        {
            AboutLead = true,
        },
        new(
            EmailKind.Alarm,
            "Alarm",
            "Tells administrators, once, that something is wrong with the system.",
            MailAudience.Firm,
            [
                Firm,
                new("since", "When it began", "March 4, 2026 at 9:41 AM"),
                new("detail", "What is the matter, and what helps", "Resumes cannot be kept: the disk is full."),
                new("link", "The page of operations", "https://intake.example.com/admin/operations"),
            ]
        ),
        new(EmailKind.Invitation, "Invitation", "Invites a new user to choose a password.", MailAudience.Firm, OfUser),
        new(
            EmailKind.PasswordReset,
            "Password link",
            "Lets a user who forgot the password choose a new one.",
            MailAudience.Firm,
            OfUser
        ),
        new(
            EmailKind.AddressChange,
            "New address",
            "Lets a user confirm a new email address.",
            MailAudience.Firm,
            [
                Firm,
                new("name", "The user's name", "Maria Lopez"),
                new("username", "What the user signs in with", "maria"),
                new("life", "How long the link works", "1 hour"),
                new("link", "Where the address is confirmed", "https://intake.example.com/email?user=1&token=2"),
            ]
        ),
        new(
            EmailKind.AddressNotice,
            "New address, notice",
            "Tells a user's old address that another one was asked for.",
            MailAudience.Firm,
            [
                Firm,
                new("name", "The user's name", "Maria Lopez"),
                new("username", "What the user signs in with", "maria"),
                new("address", "The new address", "lopez@example.com"),
                new("link", "Where the user's sign-ins are", "https://intake.example.com/me/sessions"),
            ]
        ),
        new(
            EmailKind.DailyReport,
            "Daily report",
            "Tells administrators and attorneys what happened on the last whole day.",
            MailAudience.Firm,
            ReportFields.All(Firm)
        ),
        new(
            EmailKind.WeeklySummary,
            "Weekly summary",
            "Tells administrators and attorneys what happened in the last whole week.",
            MailAudience.Firm,
            ReportFields.All(Firm)
        ),
        new(
            EmailKind.Test,
            "Test",
            "Shows an administrator that mail goes out.",
            MailAudience.Firm,
            [
                Firm,
                new("name", "Who asked for it", "Grace Whitfield"),
                new("link", "The administration", "https://intake.example.com/admin"),
            ]
        ),
    ];

    /// <summary>Every text that can be changed: one for each kind and each language that there is a file in.</summary>
    public static IReadOnlyList<MailKindFacts> Templates { get; } =
    [
        .. All.Where(facts => facts.HasTemplate)
            .SelectMany(facts =>
                Enum.GetValues<Language>()
                    .Select(language => facts with { Language = language })
                    .Where(BuiltInTemplates.Has)
            ),
    ];

    private static readonly Dictionary<EmailKind, MailKindFacts> ByKind = All.ToDictionary(facts => facts.Kind);

    private static readonly Dictionary<(EmailKind, Language), MailKindFacts> ByLanguage = Templates.ToDictionary(
        facts => (facts.Kind, facts.Language)
    );

    private static readonly Dictionary<string, MailKindFacts> ByName = Templates.ToDictionary(
        facts => facts.Name,
        StringComparer.Ordinal
    );

    /// <summary>The facts about a kind.</summary>
    /// <exception cref="KeyNotFoundException">It is not in <see cref="All"/>.</exception>
    public static MailKindFacts Facts(this EmailKind kind) => ByKind[kind];

    /// <summary>The facts about a kind with its text in a language; in English when there is none in that one.</summary>
    public static MailKindFacts Facts(this EmailKind kind, Language language) =>
        ByLanguage.GetValueOrDefault((kind, language)) ?? ByKind[kind];

    /// <summary>The text of that <see cref="MailKindFacts.Name"/>; null when there is none.</summary>
    public static MailKindFacts? Find(string name) => ByName.GetValueOrDefault(name);
}
