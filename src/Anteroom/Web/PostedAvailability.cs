using Anteroom.Accounts;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web;

/// <summary>What an attorney takes, as the fields of <c>AvailabilityFields</c> send it; boxes that are not ticked are not sent.</summary>
internal sealed record PostedAvailability
{
    [FromForm]
    public bool? Available { get; init; }

    [FromForm(Name = "away_until")]
    public string? AwayUntil { get; init; }

    [FromForm]
    public string? Capacity { get; init; }

    [FromForm(Name = "practice_area")]
    public string[]? PracticeAreas { get; init; }

    [FromForm(Name = "work_day")]
    public string[]? WorkDays { get; init; }

    [FromForm(Name = "work_from")]
    public string? WorkFrom { get; init; }

    [FromForm(Name = "work_until")]
    public string? WorkUntil { get; init; }

    public AvailabilityForm ToAvailability() =>
        new()
        {
            Available = Available ?? false,
            AwayUntil = AwayUntil,
            Capacity = Capacity,
            PracticeAreas = PracticeAreas ?? [],
            WorkDays = WorkDays ?? [],
            WorkFrom = WorkFrom,
            WorkUntil = WorkUntil,
        };
}
