using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Reports;

/// <summary>
/// What happened on a day of the firm with the leads that somebody has now; written by <see cref="SumReportDays"/>. With its
/// <see cref="ReportChange"/>s it is, at any moment, what the leads say.
/// </summary>
internal sealed class ReportDay
{
    /// <summary>Stands for nobody; its row says that the day is summed up.</summary>
    public static readonly Guid Nobody = Guid.Empty;

    /// <summary>The day's first instant, UTC.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>The first instant after it.</summary>
    public required DateTimeOffset Ended { get; init; }

    /// <summary>Who has the leads; <see cref="Nobody"/>.</summary>
    public required Guid Owner { get; init; }

    /// <summary><see cref="Totals.Submitted"/>.</summary>
    public required int Submitted { get; init; }

    /// <summary><see cref="Totals.ContactDue"/>.</summary>
    public required int Due { get; init; }

    /// <summary><see cref="Totals.ContactInTime"/>.</summary>
    public required int InTime { get; init; }

    /// <summary><see cref="Totals.ReachedOut"/>.</summary>
    public required int Contacts { get; init; }

    /// <summary><see cref="Totals.Retained"/>.</summary>
    public required int Retained { get; init; }

    /// <summary><see cref="Totals.Declined"/>.</summary>
    public required int Declined { get; init; }

    /// <summary><see cref="Totals.Lost"/>.</summary>
    public required int Lost { get; init; }

    /// <summary>How long the contacts took: of each step (<see cref="ContactDay.Step"/>) its number in two bytes and how many in four.</summary>
    public required byte[] Times { get; init; }
}

/// <summary>Of the leads that came in on a day, those that have something in common.</summary>
internal sealed class ReportPart
{
    /// <summary><see cref="ReportDay.Begun"/>.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary><see cref="ReportDay.Owner"/>.</summary>
    public required Guid Owner { get; init; }

    /// <summary>What: <c>status</c>, <c>source</c>, <c>practice_area</c>.</summary>
    public required string Part { get; init; }

    /// <summary>Which one; null for none.</summary>
    public required string? Name { get; init; }

    /// <summary>How many.</summary>
    public required int Leads { get; init; }

    /// <summary>With a first contact by now.</summary>
    public required int Reached { get; init; }

    /// <summary>Retained by now.</summary>
    public required int Retained { get; init; }
}

/// <summary>
/// What a change of a lead added to an earlier day, or took away from it, since the day was summed up. Written by the database in
/// the transaction of the change.
/// </summary>
internal sealed class ReportChange
{
    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// What: <c>submitted</c>, <c>contact</c>, <c>retained</c>, <c>closed</c>; <c>many</c> when so many leads were changed at once that
    /// the day has to be read again.
    /// </summary>
    public required string Fact { get; init; }

    /// <summary>How many were added; fewer than none were taken away.</summary>
    public required int Leads { get; init; }

    /// <summary>Who has them.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>Of <c>submitted</c> and <c>closed</c>, where they stand.</summary>
    public LeadStatus? Status { get; init; }

    /// <summary>Of <c>submitted</c>, how they came in.</summary>
    public string? Source { get; init; }

    /// <summary>Of <c>submitted</c>, about what.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>Of <c>submitted</c>, with a first contact.</summary>
    public bool? Reached { get; init; }

    /// <summary>Of <c>submitted</c>, taken on.</summary>
    public bool? Retained { get; init; }

    /// <summary>Of <c>submitted</c>, <see cref="Totals.ContactDue"/>.</summary>
    public bool? Due { get; init; }

    /// <summary>Of <c>submitted</c>, <see cref="Totals.ContactInTime"/>.</summary>
    public bool? InTime { get; init; }

    /// <summary>Of <c>contact</c>, how long it took (<see cref="ContactDay.Step"/>).</summary>
    public int? Step { get; init; }
}

internal sealed class ReportDayConfiguration
    : IEntityTypeConfiguration<ReportDay>,
        IEntityTypeConfiguration<ReportPart>,
        IEntityTypeConfiguration<ReportChange>
{
    public void Configure(EntityTypeBuilder<ReportDay> day)
    {
        day.ToTable("report_days");
        day.HasKey(x => new { x.Begun, x.Owner });
    }

    public void Configure(EntityTypeBuilder<ReportPart> part)
    {
        part.ToTable("report_parts");
        part.HasNoKey();
        part.HasIndex(x => new { x.Begun, x.Owner }, "ix_report_parts_begun_owner");
    }

    public void Configure(EntityTypeBuilder<ReportChange> change)
    {
        change.ToTable("report_changes");
        change.HasNoKey();
        change.HasIndex(x => x.At, "ix_report_changes_many").HasFilter("fact = 'many'");
    }
}
