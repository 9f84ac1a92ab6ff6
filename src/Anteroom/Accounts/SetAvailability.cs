using Anteroom.Audit;
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

    /// <summary>Only leads of these practice areas; empty: of any.</summary>
    public IReadOnlyList<string>? PracticeAreas { get; init; }

    /// <summary>Whether <see cref="Hours"/> changes.</summary>
    public bool SetsHours { get; init; }

    /// <summary>When they work; null: always.</summary>
    public WorkingHours? Hours { get; init; }

    /// <summary>The largest capacity that can be set; the database's own limit.</summary>
    public const int LargestCapacity = 100_000;

    /// <summary>What is said of a capacity that is none.</summary>
    public static Sentence CapacityProblem => $"Please give a whole number from 0 to {Texts.Figure(LargestCapacity)}.";

    /// <summary>Sets what is named, or says what is wrong with it; an area that the firm has given up may stay.</summary>
    internal void ApplyTo(User user, IReadOnlyList<string> areas, FieldErrors errors)
    {
        if (Capacity is < 0 or > LargestCapacity)
            errors.Add("capacity", CapacityProblem);
        if (
            PracticeAreas?.Any(area =>
                !user.PracticeAreas.Contains(area, StringComparer.Ordinal)
                && !areas.Contains(area, StringComparer.Ordinal)
            ) == true
        )
            errors.Add("practice_area", $"Please choose one of: {string.Join(", ", areas)}.");
        if (!errors.IsEmpty)
            return;

        user.Available = Available ?? user.Available;
        user.Capacity = Capacity ?? user.Capacity;
        if (SetsAwayUntil)
            user.AwayUntil = AwayUntil?.ToUniversalTime();
        if (PracticeAreas is not null)
            user.PracticeAreas = [.. PracticeAreas.Distinct(StringComparer.Ordinal)];
        if (SetsHours)
            user.Hours = Hours;
    }
}

/// <summary>Says whether, how many and which leads an attorney takes: for attorneys themselves and for administrators.</summary>
public sealed class SetAvailability(AnteroomDb db, AuditLog audit, IOptions<FirmOptions> firm, TimeProvider time)
{
    /// <summary>
    /// Changes everything, by an administrator. Fields that can be wrong: <c>away_until</c>, <c>capacity</c>, <c>practice_area</c>,
    /// <c>work_from</c>.
    /// </summary>
    /// <param name="number">The attorney's number.</param>
    /// <param name="form">As typed.</param>
    /// <param name="cancellation">Stops before it is saved.</param>
    public async Task<Refusal?> RunAsync(long number, AvailabilityForm form, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(form);
        var user = await db.Users.SingleOrDefaultAsync(
            user => user.Number == number && user.Role == Role.Attorney,
            cancellation
        );
        if (user is null)
            return new Refusal.NotFound();
        var errors = new FieldErrors();
        form.Read(time.GetUtcNow(), errors).ApplyTo(user, firm.Value.PracticeAreas, errors);
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);
        user.ChangedAt = time.GetUtcNow();
        audit.Write(db, AuditKind.UserChanged, $"changed which leads {user.UserName} takes", $"user:{user.Number}");
        await db.SaveChangesAsync(cancellation);
        return null;
    }

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
