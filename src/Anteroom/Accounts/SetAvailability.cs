using System.Globalization;
using Anteroom.Data;
using Anteroom.Firm;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>Changes to an attorney's availability; null leaves a value unchanged.</summary>
public sealed record Availability
{
    /// <summary>Whether they take new leads.</summary>
    public bool? Available { get; init; }

    /// <summary>Whether <see cref="AwayUntil"/> changes.</summary>
    public bool SetsAwayUntil { get; init; }

    /// <summary>No new leads before this instant; null: not away.</summary>
    public DateTimeOffset? AwayUntil { get; init; }

    /// <summary>Maximum open leads, 0 to 100,000.</summary>
    public int? Capacity { get; init; }

    /// <summary>Whether <see cref="PracticeArea"/> changes.</summary>
    public bool SetsPracticeArea { get; init; }

    /// <summary>Only leads of this practice area; null: of any.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>The largest capacity that can be set; the database's own limit.</summary>
    public const int LargestCapacity = 100_000;

    /// <summary>What is said of a capacity that is none.</summary>
    public static string CapacityProblem { get; } =
        string.Create(CultureInfo.InvariantCulture, $"Please give a whole number from 0 to {LargestCapacity:N0}.");

    /// <summary>Sets what is named, or says what is wrong with it; an area that the firm has given up may stay.</summary>
    internal void ApplyTo(User user, IReadOnlyList<string> areas, FieldErrors errors)
    {
        if (Capacity is < 0 or > LargestCapacity)
            errors.Add("capacity", CapacityProblem);
        if (
            this is { SetsPracticeArea: true, PracticeArea: { } area }
            && area != user.PracticeArea
            && !areas.Contains(area, StringComparer.Ordinal)
        )
            errors.Add("practice_area", $"Please choose one of: {string.Join(", ", areas)}.");
        if (!errors.IsEmpty)
            return;

        user.Available = Available ?? user.Available;
        user.Capacity = Capacity ?? user.Capacity;
        if (SetsAwayUntil)
            user.AwayUntil = AwayUntil?.ToUniversalTime();
        if (SetsPracticeArea)
            user.PracticeArea = PracticeArea;
    }
}

/// <summary>Says whether, how many and which leads an attorney takes: for attorneys themselves and for administrators.</summary>
public sealed class SetAvailability(AnteroomDb db, IOptions<FirmOptions> firm)
{
    /// <summary>Changes what is named. Fields that can be wrong: <c>capacity</c>, <c>practice_area</c>.</summary>
    public async Task<Refusal?> RunAsync(
        Guid attorney,
        Availability wanted,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var user = await db.Users.SingleOrDefaultAsync(
            user => user.Id == attorney && user.Role == Role.Attorney && user.Active,
            cancellation
        );
        if (user is null)
            return new Refusal.NotFound();
        if (by.Id != user.Id && by.Role != Role.Administrator)
            return new Refusal.Forbidden();

        var errors = new FieldErrors();
        wanted.ApplyTo(user, firm.Value.PracticeAreas, errors);
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);

        await db.SaveChangesAsync(cancellation);
        return null;
    }
}
