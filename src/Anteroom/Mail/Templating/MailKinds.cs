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
public sealed record MergeField(string Name, string Meaning, object Example, bool Optional = false)
{
    /// <summary>What people call it, a few words: the editor shows them in place of the name.</summary>
    public string Label { get; init; } = char.ToUpperInvariant(Name[0]) + Name[1..].Replace('_', ' ');

    /// <summary>When it is there, behind "only if": <c>the client gave a phone number</c>. Null to say that it is filled in.</summary>
    public string? Given { get; init; }

    /// <summary>Another field has taken its place; texts of before may still have it.</summary>
    public bool Outdated { get; init; }
}

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
    private static readonly MergeField Firm = new("firm", "The firm's name", "Byron & Partners")
    {
        Label = "Firm's name",
    };

    /// <summary>What the facts are called in the editor, and when an optional one is there; a new fact is called by its name.</summary>
    private static readonly Dictionary<string, (string Label, string? Given)> FactWords = new(StringComparer.Ordinal)
    {
        ["first_name"] = ("Client's first name", null),
        ["last_name"] = ("Client's last name", "the client has a last name"),
        ["email"] = ("Client's email", "the client gave an email address"),
        ["phone"] = ("Client's phone", "the client gave a phone number"),
        ["practice_area"] = ("Client's practice area", "the client said what it is about"),
        ["message"] = ("Client's message", "the client wrote a message"),
    };

    /// <summary>What <c>LeadBrief.MergeFields</c> gives.</summary>
    private static readonly MergeField[] OfLead =
    [
        Firm,
        new("number", "The lead's number", "42") { Label = "Lead's number" },
        new("code", "The lead's code, which the prospect knows", "K7M4PQX") { Label = "Client's code" },
        .. ProspectFacts.All.Select(Of),
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
        )
        {
            Label = "Client's answers",
            Given = "the client answered your own questions",
        },
        new("file_name", "The resume's file name", "Ada Lovelace.pdf", Optional: true)
        {
            Label = "Resume's file name",
            Given = "the client sent a resume",
        },
        new("received", "When the inquiry came in", "21 November 2026 at 09:30 UTC") { Label = "Time of the inquiry" },
        new("link", "The lead's page, for people of the firm", "https://intake.example.com/leads/42")
        {
            Label = "Lead's page",
        },
    ];

    private static MergeField Of(Fact fact)
    {
        var field = new MergeField(fact.Name, fact.Meaning, fact.Example, Optional: !fact.IsRequired);
        return FactWords.TryGetValue(fact.Name, out var words)
            ? field with
            {
                Label = words.Label,
                Given = words.Given,
            }
            : field;
    }

    /// <summary>What <c>LeadBrief.MergeFieldsForProspect</c> gives.</summary>
    private static readonly MergeField[] ForProspect =
    [
        .. OfLead
            .Where(field => field.Name != "link")
            .Select(field =>
                field.Name == "number"
                    ? new MergeField("number", "The same as the code, for texts from before there was one", "K7M4PQX")
                    {
                        Label = "Client's number",
                        Outdated = true,
                    }
                    : field
            ),
    ];

    private static readonly MergeField[] OfUser =
    [
        Firm,
        new("name", "The user's name", "Maria Lopez") { Label = "User's name" },
        new("username", "What the user signs in with", "maria") { Label = "User name" },
        new("life", "How long the link works", "1 hour") { Label = "How long the link works" },
        new("days", "The same in days", "3") { Label = "How long, in days" },
        new("link", "Where the password is set", "https://intake.example.com/password?user=1&token=2")
        {
            Label = "Link to choose a password",
        },
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
                new("attorney", "The attorney in whose name it goes out", "Maria Lopez") { Label = "Attorney's name" },
                new("attorney_email", "Where answers go", "maria@example.com", Optional: true)
                {
                    Label = "Attorney's email",
                    Given = "the attorney has an email address",
                },
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
            [
                .. ForProspect,
                new("attorney", "The attorney who has the lead", "Maria Lopez", Optional: true)
                {
                    Label = "Attorney's name",
                    Given = "the lead has an attorney",
                },
            ]
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
                new("sender", "Who writes", "Maria Lopez") { Label = "Sender's name" },
                new("sender_email", "Where answers go", "maria@example.com") { Label = "Sender's email" },
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
                new("attorney", "Who has the lead now", "Maria Lopez") { Label = "Attorney's name" },
                new("previous", "Who had it before", "Daniel Okafor", Optional: true)
                {
                    Label = "Previous attorney",
                    Given = "somebody had the lead before",
                },
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
                new("attorney", "Who had the lead", "Maria Lopez") { Label = "Attorney's name" },
                new("next", "Who has it now", "Daniel Okafor", Optional: true)
                {
                    Label = "Next attorney",
                    Given = "somebody else has the lead now",
                },
                new("by", "Who changed it", "Grace Whitfield") { Label = "Who changed it" },
            ]
        )
        {
            AboutLead = true,
        },
        new(
            EmailKind.Mention,
            "Mention",
            "Tells a user that a colleague mentioned them in a note.",
            MailAudience.Firm,
            [
                .. OfLead,
                new("by", "Who wrote the note", "Grace Whitfield") { Label = "Who wrote the note" },
                new("note", "The note", "@maria: she called again.\nCan you take it from here?") { Label = "Note" },
            ]
        )
        {
            AboutLead = true,
            CanBeRepeated = true,
        },
        new(
            EmailKind.TaskGiven,
            "Task given",
            "Tells a user that somebody has given them a task.",
            MailAudience.Firm,
            [
                .. OfLead,
                new("by", "Who gave it", "Grace Whitfield") { Label = "Who gave it" },
                new("task", "The task", "Call Ada back") { Label = "The task" },
                new("due", "When it is due", "November 30, 2026", Optional: true)
                {
                    Label = "When it is due",
                    Given = "the task has a due date",
                },
            ]
        )
        {
            AboutLead = true,
            CanBeRepeated = true,
        },
        new(
            EmailKind.MailFailed,
            "Email failed",
            "Tells an attorney that an email to the prospect of one of their leads could not be delivered.",
            MailAudience.Firm,
            [
                .. OfLead,
                new("what", "Which email", "welcome email") { Label = "Which email" },
                new("to", "The address that it was for", "ada@example.com") { Label = "The address that it was for" },
                new("error", "What the mail server said", "550 5.1.1 no such user", Optional: true)
                {
                    Label = "What the mail server said",
                    Given = "the mail server said why",
                },
            ]
        )
        {
            AboutLead = true,
        },
        new(
            EmailKind.TasksDue,
            "Tasks due",
            "Tells a user in the morning which tasks are due that day.",
            MailAudience.Firm,
            [
                Firm,
                new("name", "Who has to do them", "Maria Lopez") { Label = "User's name" },
                new("first", "The first task", "Call Ada back") { Label = "First task" },
                new("more", "How many others there are", "1", Optional: true)
                {
                    Label = "Number of other tasks",
                    Given = "there are more tasks",
                },
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
                new("link", "The page of the tasks", "https://intake.example.com/tasks")
                {
                    Label = "Page of the tasks",
                },
            ]
        ),
        new(
            EmailKind.NobodyAvailable,
            "Nobody available",
            "Tells administrators, once, that leads wait because no attorney takes them.",
            MailAudience.Firm,
            [
                .. OfLead,
                new("attorneys_link", "The page of the attorneys", "https://intake.example.com/admin/users")
                {
                    Label = "Page of the attorneys",
                },
            ]
        )
        {
            AboutLead = true,
        },
        new(
            EmailKind.Alarm,
            "Alarm",
            "Tells administrators, once, that something is wrong with the system and what to do.",
            MailAudience.Firm,
            [
                Firm,
                new("since", "When it began", "March 4, 2026 at 9:41 AM") { Label = "Since when" },
                new("detail", "What is wrong, and what to do", "Resumes cannot be kept: the disk is full.")
                {
                    Label = "What is the matter",
                },
                new("link", "The page of operations", "https://intake.example.com/admin/operations")
                {
                    Label = "Page of operations",
                },
            ]
        ),
        new(
            EmailKind.AlarmOver,
            "Alarm over",
            "Tells administrators that what was wrong is over.",
            MailAudience.Firm,
            [
                Firm,
                new("since", "When it began", "March 4, 2026 at 9:41 AM"),
                new("ended", "When it was over", "March 4, 2026 at 10:02 AM"),
                new("detail", "What was the matter", "Resumes cannot be kept: the disk is full."),
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
                new("name", "The user's name", "Maria Lopez") { Label = "User's name" },
                new("username", "What the user signs in with", "maria") { Label = "User name" },
                new("life", "How long the link works", "1 hour") { Label = "How long the link works" },
                new("link", "Where the address is confirmed", "https://intake.example.com/email?user=1&token=2")
                {
                    Label = "Link to confirm the address",
                },
            ]
        ),
        new(
            EmailKind.AddressNotice,
            "New address, notice",
            "Tells a user's old address that another one was asked for.",
            MailAudience.Firm,
            [
                Firm,
                new("name", "The user's name", "Maria Lopez") { Label = "User's name" },
                new("username", "What the user signs in with", "maria") { Label = "User name" },
                new("address", "The new address", "lopez@example.com") { Label = "New address" },
                new("link", "Where the user's sign-ins are", "https://intake.example.com/me/sessions")
                {
                    Label = "Page of the sign-ins",
                },
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
                new("name", "Who asked for it", "Grace Whitfield") { Label = "User's name" },
                new("link", "The administration", "https://intake.example.com/admin") { Label = "Administration" },
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
