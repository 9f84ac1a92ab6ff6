using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>A lead that nobody and no job erases.</summary>
public sealed class LegalHold
{
    /// <summary>Which.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>Why, as a person wrote it.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Who; null when the account is gone.</summary>
    public Guid? PlacedBy { get; init; }

    /// <summary>SQL over <c>leads</c>: it may be erased.</summary>
    internal const string IsFree = "not exists (select from legal_holds where lead_id = leads.id)";
}

internal sealed class LegalHoldConfiguration : IEntityTypeConfiguration<LegalHold>
{
    public void Configure(EntityTypeBuilder<LegalHold> hold)
    {
        hold.ToTable("legal_holds");
        hold.HasKey(x => x.LeadId);
        hold.HasOne<Lead>().WithOne().HasForeignKey<LegalHold>(x => x.LeadId).OnDelete(DeleteBehavior.NoAction);
    }
}
