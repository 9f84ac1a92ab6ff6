namespace Anteroom.Firm;

/// <summary>What makes sense in the section <c>Firm</c>.</summary>
internal sealed class FirmRules : SettingRules<FirmOptions>
{
    private const int LongestName = 100;
    private const int LongestArea = 100;
    private const int MostAreas = 50;
    private const int LongestReason = 100;
    private const int MostReasons = 50;
    private const int LongestConsent = 5_000;

    /// <inheritdoc />
    public override IEnumerable<SettingProblem> Problems(FirmOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Name))
            yield return new("Firm:Name", "Please enter the firm's name.");
        else if (options.Name.Length > LongestName)
            yield return new("Firm:Name", $"The firm's name can have at most {LongestName} characters.");
        else if (options.Name.Any(char.IsControl))
            yield return new("Firm:Name", "The firm's name has to be one line.");
        if (!EmailAddress.TryParseList(options.NotifyAddresses, out _, out var problem))
            yield return new(
                "Firm:NotifyAddresses",
                $"{problem} Separate several by commas. (In a .env file: ATTORNEY_EMAIL.)"
            );
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(options.TimeZone, out _))
            yield return new(
                "Firm:TimeZone",
                "Please choose the name of a time zone, as America/New_York or Europe/London."
            );
        if (!PhoneNumber.IsRegion(options.Region))
            yield return new("Firm:Region", "Please enter the two letters of a country, as US, CA or GB.");
        if (options.PracticeAreas.Count == 0)
            yield return new("Firm:PracticeAreaList", "Please name at least one practice area.");
        else if (options.PracticeAreas.Count > MostAreas)
            yield return new("Firm:PracticeAreaList", $"Please name at most {MostAreas} practice areas.");
        else if (options.PracticeAreas.FirstOrDefault(area => area.Length > LongestArea) is { } tooLong)
            yield return new(
                "Firm:PracticeAreaList",
                $"\"{tooLong[..40]}…\" is too long: a practice area can have at most {LongestArea} characters."
            );
        if (options.DeclineReasons.Count > MostReasons)
            yield return new("Firm:DeclineReasonList", $"Please name at most {MostReasons} reasons.");
        else if (options.DeclineReasons.FirstOrDefault(reason => reason.Length > LongestReason) is { } wordy)
            yield return new(
                "Firm:DeclineReasonList",
                $"\"{wordy[..40]}…\" is too long: a reason can have at most {LongestReason} characters."
            );
        if (!string.IsNullOrEmpty(options.AccentColor) && AccentColor.Problem(options.AccentColor) is { } unfit)
            yield return new("Firm:AccentColor", unfit);
        if (options.ConsentText?.Length > LongestConsent)
            yield return new("Firm:ConsentText", $"This can have at most {LongestConsent:N0} characters.");
    }
}
