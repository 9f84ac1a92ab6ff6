namespace Anteroom.Firm;

/// <summary>Whether prospects have to add a resume.</summary>
public enum ResumeWanted
{
    /// <summary>On the form and through both APIs.</summary>
    Required,

    /// <summary>The form takes leads without; the APIs do not.</summary>
    OptionalOnForm,

    /// <summary>Nowhere.</summary>
    Optional,
}

/// <summary>What the public form asks for, and what it tells prospects of the firm. Section <c>Intake</c>.</summary>
public sealed class IntakeOptions
{
    /// <summary>The firm's phone number as prospects read it; empty for none.</summary>
    public string? Phone { get; set; }

    /// <summary>When somebody answers it, in English: <c>Monday to Friday, 9 to 5</c>; empty for nothing.</summary>
    public string? OfficeHours { get; set; }

    /// <summary>The same in Spanish; empty for what is said in English.</summary>
    public string? OfficeHoursInSpanish { get; set; }

    /// <summary>How soon prospects hear from the firm, a sentence in English; empty for what the outreach promises.</summary>
    public string? HowSoon { get; set; }

    /// <summary>The same in Spanish; empty for the English one, if there is one.</summary>
    public string? HowSoonInSpanish { get; set; }

    /// <summary>By its wire name: <c>required</c>, <c>optional_on_form</c> or <c>optional</c>.</summary>
    public string Resume { get; set; } = ResumeWanted.Required.ToWire();

    /// <summary>What the form calls the file, in English; empty for <c>Resume or CV</c>.</summary>
    public string? ResumeLabel { get; set; }

    /// <summary>The same in Spanish; empty for the English one, if there is one.</summary>
    public string? ResumeLabelInSpanish { get; set; }

    /// <summary>Whether photos of documents are taken, beside resumes.</summary>
    public bool Photos { get; set; }

    /// <summary><see cref="Resume"/>, read.</summary>
    public ResumeWanted Wanted =>
        WireName.TryParse(Resume ?? "", out ResumeWanted wanted) ? wanted : ResumeWanted.Required;

    /// <summary><see cref="OfficeHours"/> in the reader's language; null for none.</summary>
    public string? HoursIn(Language language) => In(language, OfficeHours, OfficeHoursInSpanish);

    /// <summary>The firm's own sentence about how soon; null when it has none.</summary>
    public string? HowSoonIn(Language language) => In(language, HowSoon, HowSoonInSpanish);

    /// <summary>The firm's own name for the file; null when it has none.</summary>
    public string? ResumeLabelIn(Language language) => In(language, ResumeLabel, ResumeLabelInSpanish);

    private static string? In(Language language, string? english, string? spanish) =>
        language == Language.Es && !string.IsNullOrWhiteSpace(spanish) ? spanish
        : string.IsNullOrWhiteSpace(english) ? null
        : english;
}

/// <summary>What makes sense in the section <c>Intake</c>.</summary>
internal sealed class IntakeRules : SettingRules<IntakeOptions>
{
    private const int LongestLine = 200;
    private const int LongestLabel = 60;

    /// <inheritdoc />
    public override IEnumerable<SettingProblem> Problems(IntakeOptions options)
    {
        foreach (
            var (key, text, most) in new (string, string?, int)[]
            {
                ("Intake:OfficeHours", options.OfficeHours, LongestLine),
                ("Intake:OfficeHoursInSpanish", options.OfficeHoursInSpanish, LongestLine),
                ("Intake:HowSoon", options.HowSoon, LongestLine),
                ("Intake:HowSoonInSpanish", options.HowSoonInSpanish, LongestLine),
                ("Intake:ResumeLabel", options.ResumeLabel, LongestLabel),
                ("Intake:ResumeLabelInSpanish", options.ResumeLabelInSpanish, LongestLabel),
            }
        )
            if (text?.Length > most)
                yield return new(key, $"This can have at most {most} characters.");
            else if (text?.Any(char.IsControl) == true)
                yield return new(key, "This has to be one line.");
        if (!PhoneNumber.TryParse(options.Phone, out _, out var problem))
            yield return new("Intake:Phone", problem);
        if (!WireName.TryParse(options.Resume ?? "", out ResumeWanted _))
            yield return new(
                "Intake:Resume",
                $"Please choose one of: {string.Join(", ", Enum.GetValues<ResumeWanted>().Select(wanted => wanted.ToWire()))}."
            );
    }
}
