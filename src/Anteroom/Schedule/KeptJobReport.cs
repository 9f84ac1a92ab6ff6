using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Schedule;

/// <summary>What a run had to say beyond its line in the history.</summary>
internal sealed class KeptJobReport
{
    /// <summary>The job's key.</summary>
    public required string Job { get; init; }

    /// <summary>The run, as Quartz names it.</summary>
    public required string FireId { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Lines of text.</summary>
    public required string Report { get; init; }
}

internal sealed class KeptJobReportConfiguration : IEntityTypeConfiguration<KeptJobReport>
{
    public void Configure(EntityTypeBuilder<KeptJobReport> report)
    {
        report.ToTable("job_reports");
        report.HasKey(x => new { x.Job, x.FireId });
        report.HasIndex(x => x.At);
    }
}
