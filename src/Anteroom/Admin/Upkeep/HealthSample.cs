using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Admin;

/// <summary>How the system did at an instant.</summary>
public sealed class HealthSample
{
    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The machine whose memory, threads and disk these are: the one that took the sample.</summary>
    public required string Node { get; init; }

    /// <summary>Emails that are due or being sent.</summary>
    public required long MailWaiting { get; init; }

    /// <summary>How long the oldest of them has been due, in seconds.</summary>
    public required double MailOldestSeconds { get; init; }

    /// <summary>Emails of the last day that were given up.</summary>
    public required long MailFailed { get; init; }

    /// <summary>Other work that is due or being done.</summary>
    public required long WorkWaiting { get; init; }

    /// <summary>How long the oldest of it has been due, in seconds.</summary>
    public required double WorkOldestSeconds { get; init; }

    /// <summary>Other work that was given up and waits for a person.</summary>
    public required long WorkFailed { get; init; }

    /// <summary>Leads nobody has reached out to.</summary>
    public required long LeadsWaiting { get; init; }

    /// <summary>How long the oldest of them has waited, in seconds.</summary>
    public required double LeadsOldestSeconds { get; init; }

    /// <summary>Size of the database.</summary>
    public required long DatabaseBytes { get; init; }

    /// <summary>Connections to it, everybody's.</summary>
    public required int DatabaseConnections { get; init; }

    /// <summary>Free where the data folder is.</summary>
    public required long DiskFreeBytes { get; init; }

    /// <summary>Memory of the process (its working set).</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>Threads of the pool.</summary>
    public required int Threads { get; init; }

    /// <summary>Work that waits for a thread.</summary>
    public required long ThreadQueue { get; init; }
}

internal sealed class HealthSampleConfiguration : IEntityTypeConfiguration<HealthSample>
{
    public void Configure(EntityTypeBuilder<HealthSample> sample)
    {
        sample.ToTable("health_samples");
        sample.HasKey(x => new { x.At, x.Node });
    }
}
