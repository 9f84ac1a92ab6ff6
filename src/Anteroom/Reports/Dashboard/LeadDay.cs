using Anteroom.Leads;
using Anteroom.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Reports;

/// <summary>
/// A part of the figures of the leads of a day (UTC) that have something in common: the sum of the rows is what there is. The
/// database keeps it in the transaction that changes leads, as <see cref="LeadCount"/>.
/// </summary>
internal sealed class LeadDay
{
    /// <summary>The day they came in, UTC.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Where they stand.</summary>
    public required LeadStatus Status { get; init; }

    /// <summary>How they came in.</summary>
    public required string Source { get; init; }

    /// <summary>Who has them; null for nobody.</summary>
    public required Guid? AssignedTo { get; init; }

    /// <summary>How many.</summary>
    public required long Leads { get; init; }

    /// <summary>With a first contact.</summary>
    public required long Reached { get; init; }

    /// <summary>With one by the promised time (<see cref="Promise"/>).</summary>
    public required long InTime { get; init; }

    /// <summary>Closed by the promised time without one: nobody was due.</summary>
    public required long Excused { get; init; }

    /// <summary>Taken on, whatever came later.</summary>
    public required long Retained { get; init; }

    /// <summary>Others were summed up in this row.</summary>
    public required bool Summed { get; init; }
}

/// <summary>How long the first contacts of a day's leads took, kept like <see cref="LeadDay"/>.</summary>
internal sealed class ContactDay
{
    /// <summary>Steps for each doubling of the time: about four percent each.</summary>
    public const int StepsPerDoubling = 16;

    /// <summary>The day the leads came in, UTC.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>Step n begins at 2^(n/16) seconds.</summary>
    public required int Step { get; init; }

    /// <summary>How many.</summary>
    public required long Leads { get; init; }

    /// <summary>Others were summed up in this row.</summary>
    public required bool Summed { get; init; }
}

internal sealed class LeadDayConfiguration : IEntityTypeConfiguration<LeadDay>, IEntityTypeConfiguration<ContactDay>
{
    public void Configure(EntityTypeBuilder<LeadDay> day)
    {
        day.ToTable("lead_days");
        day.HasNoKey();
        day.HasIndex(x => x.Day, "ix_lead_days_day");
        day.HasIndex(x => x.Day, "ix_lead_days_new").HasFilter("not summed");
    }

    public void Configure(EntityTypeBuilder<ContactDay> day)
    {
        day.ToTable("contact_days");
        day.HasNoKey();
        day.HasIndex(x => x.Day, "ix_contact_days_day");
        day.HasIndex(x => x.Day, "ix_contact_days_new").HasFilter("not summed");
    }
}
