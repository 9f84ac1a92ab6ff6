using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Http;

/// <summary>A token bucket shared by all nodes: who (an address, an account) may do what how often.</summary>
internal sealed class RateLimit
{
    /// <summary>The bucket: <c>submit:203.0.113.7</c>.</summary>
    public required string Key { get; init; }

    /// <summary>How much was left at <see cref="At"/>.</summary>
    public required double Tokens { get; init; }

    /// <summary>When it was last drawn from, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

internal sealed class RateLimitConfiguration : IEntityTypeConfiguration<RateLimit>
{
    public void Configure(EntityTypeBuilder<RateLimit> limit)
    {
        limit.ToTable("rate_limits");
        limit.HasKey(x => x.Key);
        limit.HasIndex(x => x.At);
        limit.IsUnlogged();
    }
}
