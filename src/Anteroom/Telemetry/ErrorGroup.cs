using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Telemetry;

/// <summary>Errors of one kind: the same exception from the same place, or the same line of the log.</summary>
/// <remarks>No message is kept, for it may quote what somebody has typed; type, place and trace lead to the line in the log.</remarks>
public sealed class ErrorGroup
{
    /// <summary>What makes them the same, hashed.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The exception's type, with its SQLSTATE or the like; empty when a line of the log came without one.</summary>
    public required string Type { get; init; }

    /// <summary>The method of ours that it came through; empty when there is none.</summary>
    public required string Place { get; init; }

    /// <summary>The category of the log.</summary>
    public required string Category { get; init; }

    /// <summary>What the log said of it, without values.</summary>
    public required string Template { get; init; }

    /// <summary>Where the newest came from; null without an exception.</summary>
    public string? Stack { get; init; }

    /// <summary>How many.</summary>
    public required long Count { get; init; }

    /// <summary>The first, UTC.</summary>
    public required DateTimeOffset FirstAt { get; init; }

    /// <summary>The newest, UTC.</summary>
    public required DateTimeOffset LastAt { get; init; }

    /// <summary>The machine of the newest.</summary>
    public required string Node { get; init; }

    /// <summary>The trace of the newest; null outside of one.</summary>
    public string? TraceId { get; init; }

    /// <summary>The <c>X-Request-ID</c> of the newest; null outside of a request.</summary>
    public string? RequestId { get; init; }
}

internal sealed class ErrorGroupConfiguration : IEntityTypeConfiguration<ErrorGroup>
{
    public void Configure(EntityTypeBuilder<ErrorGroup> group)
    {
        group.ToTable("error_groups");
        group.HasKey(x => x.Fingerprint);
        group.HasIndex(x => x.LastAt);
    }
}

/// <summary>The tables of this room. Inside a query say <c>db.Set&lt;T&gt;()</c>: an expression tree takes no extension property.</summary>
internal static class TelemetryTables
{
    extension(AnteroomDb db)
    {
        /// <summary>What went wrong, grouped.</summary>
        public DbSet<ErrorGroup> ErrorGroups => db.Set<ErrorGroup>();
    }
}
