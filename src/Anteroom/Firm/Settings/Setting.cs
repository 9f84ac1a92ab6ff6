using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Anteroom.Firm;

/// <summary>How a setting is asked for.</summary>
public enum SettingKind
{
    /// <summary>One line.</summary>
    Text,

    /// <summary>Several lines that belong together.</summary>
    Paragraphs,

    /// <summary>A list, one line for each; kept with semicolons between them.</summary>
    Lines,

    /// <summary>On or off.</summary>
    Switch,

    /// <summary>A time, asked for in minutes; kept as <c>00:04:00</c>.</summary>
    Minutes,

    /// <summary>Whole days; empty for never.</summary>
    Days,

    /// <summary>One of the time zones.</summary>
    TimeZone,

    /// <summary><c>#</c> and six digits; empty for Anteroom's own.</summary>
    Color,

    /// <summary>One of <see cref="Setting.Choices"/>.</summary>
    Choice,

    /// <summary>A port number; empty for the usual one.</summary>
    Port,

    /// <summary>Kept encrypted (<see cref="SecretSettings"/>) and never shown; empty keeps what is saved.</summary>
    Secret,

    /// <summary>Not typed by anybody.</summary>
    Hidden,
}

/// <summary>A part of the page of settings: one form.</summary>
public enum SettingSection
{
    /// <summary>Who the firm is and how it looks.</summary>
    Firm,

    /// <summary>What prospects choose from and agree to, and who is told of them.</summary>
    Intake,

    /// <summary>What the public form asks for, and what it tells of the firm.</summary>
    Form,

    /// <summary>Who takes a lead, and that somebody reaches out.</summary>
    Outreach,

    /// <summary>When the firm works; a page of its own, with an editor.</summary>
    Hours,

    /// <summary>The mail server. Its values stand together: they are used as one or not at all.</summary>
    Mail,

    /// <summary>How long things are kept; a page of its own.</summary>
    Retention,
}

/// <summary>A setting that administrators change on a page.</summary>
/// <param name="Key">The configuration key. The environment wins over the page.</param>
/// <param name="Section">The form it stands in.</param>
/// <param name="Kind">How it is asked for.</param>
/// <param name="Label">What it asks for.</param>
/// <param name="Hint">What helps before typing.</param>
public sealed record Setting(string Key, SettingSection Section, SettingKind Kind, string Label, string Hint)
{
    private const string InSpanish = "Leave empty to use the English text.";

    /// <summary>What a <see cref="SettingKind.Choice"/> can be, as it is kept and as people read it.</summary>
    public IReadOnlyList<(string Value, string Label)> Choices { get; init; } = [];

    /// <summary>Other keys that say the same; null for none.</summary>
    internal OlderKeys? Older { get; init; }

    /// <summary>Where a <see cref="SettingKind.Secret"/> is sent: who changes that has to know the secret. Null for nowhere.</summary>
    public string? GoesTo { get; init; }

    /// <summary>The name of the box that removes a <see cref="SettingKind.Secret"/>.</summary>
    public string RemoveField => $"{Field}_remove";

    /// <summary>Every one, in the order of the page.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        new("Firm:Name", SettingSection.Firm, SettingKind.Text, "Firm name", "On every page and in every email."),
        new(
            "Firm:TimeZone",
            SettingSection.Firm,
            SettingKind.TimeZone,
            "Time zone",
            "Schedules and reports use this time zone."
        ),
        new(
            "Firm:Region",
            SettingSection.Firm,
            SettingKind.Text,
            "Country",
            "Two letters, as US or GB. Phone numbers without a country code are taken to be from there."
        ),
        new(
            "Firm:AccentColor",
            SettingSection.Firm,
            SettingKind.Color,
            "Accent color",
            "Hex color, such as #14524b. Used for buttons, links and emails. Leave empty for the default."
        ),
        new(
            "Firm:NotifyAddresses",
            SettingSection.Intake,
            SettingKind.Text,
            "Intake address",
            "Who is notified of a new lead. Separate several with commas. Leave empty for every administrator."
        ),
        new(
            "Firm:PracticeAreaList",
            SettingSection.Intake,
            SettingKind.Lines,
            "Practice areas",
            "What prospects choose from on the form, one on each line."
        ),
        new(
            "Firm:DeclineReasonList",
            SettingSection.Intake,
            SettingKind.Lines,
            "Reasons for declining",
            "What your people choose from when they decline a lead, one on each line. Reports count by reason. Leave empty for free text only."
        ),
        new(
            "Firm:ConsentText",
            SettingSection.Intake,
            SettingKind.Paragraphs,
            "Consent text",
            "Shown above the Send button. Each lead records the version that was shown. Leave empty for none."
        ),
        new(
            "Intake:Phone",
            SettingSection.Form,
            SettingKind.Text,
            "The firm's phone number",
            "For prospects who would rather call, on the form and after it. Leave empty for none."
        ),
        new(
            "Intake:OfficeHours",
            SettingSection.Form,
            SettingKind.Text,
            "Office hours",
            "Such as: Monday to Friday, 9 am to 5 pm. Leave empty to say nothing. Working hours, once set, are shown instead."
        ),
        new("Intake:OfficeHoursInSpanish", SettingSection.Form, SettingKind.Text, "Office hours in Spanish", InSpanish),
        new(
            "Intake:HowSoon",
            SettingSection.Form,
            SettingKind.Text,
            "How soon you reply",
            "A sentence. Leave empty to say what the outreach settings promise."
        ),
        new(
            "Intake:HowSoonInSpanish",
            SettingSection.Form,
            SettingKind.Text,
            "How soon you reply, in Spanish",
            InSpanish
        ),
        new("Intake:Resume", SettingSection.Form, SettingKind.Choice, "The resume", "")
        {
            Choices =
            [
                ("required", "Required"),
                ("optional_on_form", "Optional on the form, required by the APIs"),
                ("optional", "Optional"),
            ],
        },
        new(
            "Intake:Photos",
            SettingSection.Form,
            SettingKind.Switch,
            "Take photos of documents",
            "JPEG, PNG, WebP and HEIC, through the form and the APIs."
        ),
        new(
            "Intake:ResumeLabel",
            SettingSection.Form,
            SettingKind.Text,
            "What the form calls the resume",
            "Such as: Documents. Leave empty for: Resume or CV."
        ),
        new(
            "Intake:ResumeLabelInSpanish",
            SettingSection.Form,
            SettingKind.Text,
            "What the form calls the resume, in Spanish",
            InSpanish
        ),
        new(
            "Outreach:Assign",
            SettingSection.Outreach,
            SettingKind.Switch,
            "Assign new leads to the least busy attorney",
            "When off, staff assign leads by hand."
        ),
        new(
            "Outreach:MoveOnAfter",
            SettingSection.Outreach,
            SettingKind.Minutes,
            "Reassign after (minutes)",
            "If the attorney is away or takes no new leads, pass a new lead on after this long."
        ),
        new(
            "Outreach:Enabled",
            SettingSection.Outreach,
            SettingKind.Switch,
            "Send the welcome email when nobody has reached out",
            "When off, the first contact is left to your people."
        ),
        new(
            "Outreach:After",
            SettingSection.Outreach,
            SettingKind.Minutes,
            "Reach out after (minutes)",
            "How long your people have to write first. 0 sends at once. With 4, prospects hear from you within five minutes. Counted in working hours, if the firm has set them."
        ),
        new(
            "Outreach:InFirmsName",
            SettingSection.Outreach,
            SettingKind.Switch,
            "Send it in the firm's name when no attorney is there",
            "For leads without an attorney, and outside the attorney's working hours. When off, such leads wait for an attorney."
        ),
        new(
            "Hours:Enabled",
            SettingSection.Hours,
            SettingKind.Switch,
            "Count the promise in working hours",
            "When off, the firm works around the clock."
        ),
        new("Hours:Week", SettingSection.Hours, SettingKind.Text, "Hours of the week", ""),
        new("Hours:Holidays", SettingSection.Hours, SettingKind.Text, "Holidays", ""),
        new(
            "Hours:Welcome",
            SettingSection.Hours,
            SettingKind.Choice,
            "Automatic welcome outside working hours",
            "“At once” leaves your people the same minutes to write first, by the clock. The confirmation always goes out at once."
        )
        {
            Choices =
            [
                ("wait", "Wait until the firm opens"),
                ("firms_name", "Send at once in the firm’s name"),
                ("attorneys_name", "Send at once in the attorney’s name"),
            ],
        },
        new(
            "Firm:AttorneysSeeOnlyTheirs",
            SettingSection.Outreach,
            SettingKind.Switch,
            "Attorneys see only their own and unassigned leads",
            "Administrators and staff always see all."
        ),
        new(
            "Retention:DeleteResumesAfterDays",
            SettingSection.Retention,
            SettingKind.Days,
            "Delete resumes after (days)",
            "Counted from the submission, at any status; the lead stays. Leave empty to keep them."
        ),
        new(
            "Retention:EraseLeadsAfterDays",
            SettingSection.Retention,
            SettingKind.Days,
            "Erase declined and lost leads after (days)",
            "Counted from their last change, with everything about them. Leave empty to keep them."
        ),
        new(
            "Retention:TrashDays",
            SettingSection.Retention,
            SettingKind.Days,
            "Empty the trash after (days)",
            "Counted from the day a lead was deleted. 0 keeps them."
        ),
        new(
            "Retention:DeleteAuditAfterDays",
            SettingSection.Retention,
            SettingKind.Days,
            "Delete audit log entries after (days)",
            "Entries are kept for at least 30 days. Leave empty to keep them."
        ),
        new(
            "Firm:AdministratorsNeedSecondFactor",
            SettingSection.Firm,
            SettingKind.Switch,
            "Administrators need a second factor",
            "Anyone without one has to set it up right after signing in."
        ),
        new(
            "Firm:EverybodyNeedsSecondFactor",
            SettingSection.Firm,
            SettingKind.Switch,
            "Everyone needs a second factor",
            "The same for attorneys and staff."
        ),
        new(
            "Mail:Host",
            SettingSection.Mail,
            SettingKind.Text,
            "Server",
            "Its name or IP address, such as smtp.example.com. Without one, emails become files in the pickup folder."
        ),
        new(
            "Mail:Encryption",
            SettingSection.Mail,
            SettingKind.Choice,
            "Encryption",
            "As your mail provider says. Nothing is sent if the server does not offer it."
        )
        {
            Choices =
            [
                ("none", "None, only within your own network"),
                ("starttls", "STARTTLS, usually on port 587"),
                ("tls", "TLS from the first byte, usually on port 465"),
            ],
            Older = new(
                ["Mail:UseSsl", "Mail:UseTls"],
                value =>
                    IsOn(value("Mail:UseSsl")) ? "tls"
                    : IsOn(value("Mail:UseTls")) ? "starttls"
                    : "none"
            ),
        },
        new(
            "Mail:Port",
            SettingSection.Mail,
            SettingKind.Port,
            "Port",
            "Leave empty for 465 with TLS from the first byte, and 25 otherwise."
        ),
        new("Mail:User", SettingSection.Mail, SettingKind.Text, "User name", "Leave empty to send without signing in."),
        new(
            "Mail:Password",
            SettingSection.Mail,
            SettingKind.Secret,
            "Password",
            "Kept encrypted. It is never shown again."
        )
        {
            GoesTo = "Mail:Host",
        },
        new(
            "Mail:From",
            SettingSection.Mail,
            SettingKind.Text,
            "Sender",
            "An address that the server lets you send from, such as Your Firm <intake@example.com>."
        ),
        new("Firm:Logo", SettingSection.Firm, SettingKind.Hidden, "Logo", ""),
    ];

    /// <summary>What the panel itself keeps beside them: no configuration of anything, but known on every node at once.</summary>
    public static IReadOnlyList<string> OwnKeys { get; } = [PanelOptions.DismissedKey, PanelOptions.SamplesKey];

    /// <summary>The setting of a key; null when it is none of the page's.</summary>
    public static Setting? Find(string key) =>
        All.FirstOrDefault(setting => string.Equals(setting.Key, key, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a key is about the mail server, whose settings only make sense together.</summary>
    internal static bool IsOfMail(string key) => key.StartsWith("Mail:", StringComparison.Ordinal);

    /// <summary>Those that a section's form asks for.</summary>
    public static IEnumerable<Setting> Of(SettingSection section) =>
        All.Where(setting => setting.Section == section && setting.Kind != SettingKind.Hidden);

    /// <summary>Its name in the form: <c>firm_name</c>.</summary>
    public string Field { get; } =
        string.Concat(
                Key.Select(
                    (letter, at) =>
                        letter == ':' ? "_"
                        : char.IsUpper(letter) && at > 0 && Key[at - 1] != ':' ? $"_{char.ToLowerInvariant(letter)}"
                        : $"{char.ToLowerInvariant(letter)}"
                )
            )
            .ToString();

    /// <summary>What the form shows for a stored value.</summary>
    public string ToForm(string? value) =>
        Kind switch
        {
            SettingKind.Lines => string.Join('\n', Split(value)),
            SettingKind.Minutes when TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time) =>
                time.TotalMinutes.ToString("0.####", CultureInfo.InvariantCulture),
            SettingKind.Switch => bool.TryParse(value, out var on) && on ? "true" : "false",
            SettingKind.Days when value == "0" => "",
            SettingKind.Secret => string.IsNullOrEmpty(value) ? "" : "set",
            _ => value ?? "",
        };

    /// <summary>Reads what was typed.</summary>
    /// <param name="typed">As it came; null when the field did not come at all, as a box that is not ticked.</param>
    /// <param name="value">As it is kept.</param>
    /// <param name="problem">What would be right.</param>
    public bool TryRead(string? typed, out string value, [NotNullWhen(false)] out Sentence? problem)
    {
        // Spaces can belong to a password.
        typed = Kind == SettingKind.Secret ? typed ?? "" : (typed ?? "").ReplaceLineEndings("\n").Trim();
        problem = typed.Contains('\0', StringComparison.Ordinal)
            ? "There is a character in it that cannot be kept."
            : null;
        value = typed;
        switch (Kind)
        {
            case SettingKind.Lines:
                if (typed.Contains(';', StringComparison.Ordinal))
                    problem ??= "Please leave out semicolons, and write each on a line of its own.";
                value = string.Join("; ", Split(typed.Replace('\n', ';')).Distinct(StringComparer.Ordinal));
                break;
            case SettingKind.Switch:
                value = typed is "true" or "on" ? "true" : "false";
                break;
            case SettingKind.Minutes:
                if (
                    double.TryParse(
                        typed,
                        NumberStyles.AllowDecimalPoint,
                        CultureInfo.InvariantCulture,
                        out var minutes
                    )
                    && minutes <= 10_000_000
                )
                    value = TimeSpan.FromSeconds(Math.Round(minutes * 60)).ToString("c", CultureInfo.InvariantCulture);
                else
                    problem ??= "Please enter minutes as a number, as 4 or 0.5.";
                break;
            case SettingKind.Days:
                if (typed.Length > 0 && !int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                    problem ??= "Please enter a whole number of days, such as 365, or leave it empty for never.";
                value = typed.Length == 0 ? "0" : typed;
                break;
            case SettingKind.Port:
                if (
                    typed.Length > 0
                    && (
                        !int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                        || port is < 1 or > 65535
                    )
                )
                    problem ??= "Please enter a number from 1 to 65535, such as 587, or leave it empty.";
                break;
            case SettingKind.Secret:
                if (typed.Any(char.IsControl))
                    problem ??= "There is a line break or another control character in it.";
                if (typed.Length > 1_000)
                    problem ??= "Please use at most 1,000 characters.";
                break;
            case SettingKind.Color:
                value = typed.ToLowerInvariant();
                break;
        }

        return problem is null;
    }

    private static bool IsOn(string? value) => bool.TryParse(value, out var on) && on;

    private static string[] Split(string? list) =>
        (list ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Keys of configuration that say the same as a setting of the page.</summary>
/// <param name="Keys">Which.</param>
/// <param name="Read">What they say, in the setting's words; what nobody has set is null.</param>
internal sealed record OlderKeys(IReadOnlyList<string> Keys, Func<Func<string, string?>, string> Read);

/// <summary>What the panel keeps about itself. Section <c>Panel</c>; not for the environment.</summary>
public sealed class PanelOptions
{
    internal const string DismissedKey = "Panel:FirstStepsDismissed";
    internal const string SamplesKey = "Panel:Samples";

    /// <summary>The first steps are done or dismissed.</summary>
    public bool FirstStepsDismissed { get; set; }

    /// <summary>There are sample leads.</summary>
    public bool Samples { get; set; }
}
