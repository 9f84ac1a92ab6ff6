using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>
/// That a transaction changed a lead. Triggers write it, whatever made the change; the order of (<see cref="TransactionId"/>,
/// <see cref="Number"/>) is that of the feed (<see cref="ChangeFeed"/>).
/// </summary>
internal sealed class LoggedChange
{
    /// <summary>PostgreSQL's number of the transaction. Means something in this database only, so backups leave it out.</summary>
    public required long TransactionId { get; init; }

    /// <summary>The lead's number.</summary>
    public required long Number { get; init; }

    /// <summary>The lead's id, which may be gone.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>Whether there was such a lead before, and not in the trash.</summary>
    public required bool WasListed { get; init; }

    /// <summary>Who had it before.</summary>
    public required Guid? HadOwner { get; init; }

    /// <summary>When, by the database's clock, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

internal sealed class LoggedChangeConfiguration : IEntityTypeConfiguration<LoggedChange>
{
    public void Configure(EntityTypeBuilder<LoggedChange> change)
    {
        change.ToTable("lead_changes");
        change.HasKey(x => new { x.TransactionId, x.Number });
        change.Property(x => x.TransactionId).ValueGeneratedNever();
        change.Property(x => x.Number).ValueGeneratedNever();
    }
}
