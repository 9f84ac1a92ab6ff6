namespace Anteroom.Firm;

/// <summary>Who the firm is. Section <c>Firm</c>.</summary>
public sealed class FirmOptions
{
    /// <summary>The firm's name on pages and in emails.</summary>
    public string Name { get; set; } = "Anteroom Law";

    /// <summary>The address people reach Anteroom at, for links in emails; default: the address it listens on.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>
    /// Who is told of a new lead: addresses separated by commas (<c>ATTORNEY_EMAIL</c>); empty: every administrator.
    /// </summary>
    public string? NotifyAddresses { get; set; }

    /// <summary>The firm's time zone, an IANA name as <c>America/New_York</c>: schedules and reports go by it.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>The country, in two letters, of phone numbers without a country code; others are shown in international form.</summary>
    public string Region
    {
        get;
        set => field = (value ?? "US").Trim().ToUpperInvariant();
    } = "US";

    /// <summary>Attorneys see only the leads that are theirs or nobody's; administrators and staff always see all.</summary>
    public bool AttorneysSeeOnlyTheirs { get; set; }

    /// <summary>Administrators need a second factor: who has none sets it up after signing in and does nothing before.</summary>
    public bool AdministratorsNeedSecondFactor { get; set; }

    /// <summary>The same for everybody.</summary>
    public bool EverybodyNeedsSecondFactor { get; set; }

    /// <summary>Whether somebody of this role needs a second factor.</summary>
    public bool AsksForSecondFactor(Role role) =>
        EverybodyNeedsSecondFactor || (AdministratorsNeedSecondFactor && role == Role.Administrator);

    /// <summary>What prospects can choose from on the form, separated by semicolons.</summary>
    public string PracticeAreaList { get; set; } =
        "Business; Criminal defense; Employment; Estate planning; Family; Immigration; Personal injury; Real estate; Something else";

    /// <summary>Why the firm declines leads, to choose from, separated by semicolons. Reports count by it.</summary>
    public string DeclineReasonList { get; set; } =
        "Outside our practice areas; Conflict of interest; No case; Time limit has passed; Cannot afford our fees; No capacity; Other";

    /// <summary>What the form asks beside the facts that every prospect is asked for. Nothing sets them yet.</summary>
    public IReadOnlyList<Question> Questions { get; internal set; } = [];

    /// <summary>What a fact of a prospect's has to agree with.</summary>
    public FactRules FactRules => new(PracticeAreas, Questions);

    /// <summary>The firm's color, as <c>#14524b</c>; empty for Anteroom's own. Dark enough to be read on a light page.</summary>
    public string? AccentColor { get; set; }

    /// <summary>The logo in use, by its digest (<c>Firm/Settings/Logo.cs</c>); empty for none. Set by uploading one.</summary>
    public string? Logo { get; set; }

    /// <summary>What prospects agree to by sending the form; empty for nothing but the note on privacy.</summary>
    public string? ConsentText { get; set; }

    /// <summary>Tells this <see cref="ConsentText"/> from others, 12 characters; null when there is none.</summary>
    public string? ConsentVersion =>
        string.IsNullOrWhiteSpace(ConsentText)
            ? null
            : field ??= Convert.ToHexStringLower(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(ConsentText))
            )[..12];

    /// <summary>What is made of <see cref="AccentColor"/>; null for Anteroom's own colors.</summary>
    public AccentColor? Accent => field ??= Anteroom.Firm.AccentColor.From(AccentColor);

    /// <summary><see cref="TimeZone"/> with its rules.</summary>
    public TimeZoneInfo Zone => field ??= TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary><see cref="PracticeAreaList"/> taken apart.</summary>
    public IReadOnlyList<string> PracticeAreas =>
        field ??= PracticeAreaList.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary><see cref="DeclineReasonList"/> taken apart.</summary>
    public IReadOnlyList<string> DeclineReasons =>
        field ??= DeclineReasonList.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary><see cref="NotifyAddresses"/> taken apart.</summary>
    public IReadOnlyList<Mailbox> Notify =>
        field ??= [
            .. (NotifyAddresses ?? "")
                .Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(address => new Mailbox(address)),
        ];
}
