using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>The lead that an <c>Idempotency-Key</c> led to; kept for a day.</summary>
public sealed class IdempotencyKey
{
    /// <summary>How long a key gives the same answer.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    /// <summary>
    /// The key of what a person sent with the public form: its content, so that going back, or another tab, and sending the same makes no
    /// second lead. Has a space, which no client's key may have.
    /// </summary>
    internal static string OfForm(byte[] fingerprint) => $"form {Convert.ToHexStringLower(fingerprint)}";

    /// <summary>As the client sent it; of the public form, <see cref="OfForm"/>.</summary>
    public required string Key { get; init; }

    /// <summary>SHA-256 of the submission: the same key with a different one is refused.</summary>
    public required byte[] Fingerprint { get; init; }

    /// <summary>The lead that was made.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class IdempotencyKeyConfiguration : IEntityTypeConfiguration<IdempotencyKey>
{
    public void Configure(EntityTypeBuilder<IdempotencyKey> key)
    {
        key.ToTable("idempotency_keys");
        key.HasKey(x => x.Key);
        key.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        key.HasIndex(x => x.CreatedAt);
    }
}
