using Anteroom.Accounts;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Reports;

/// <summary>A report that one person got for one period. Its key is what makes it once only, over nodes, crashes and repeated firing.</summary>
internal sealed class ReportRun
{
    /// <summary>Which report: <see cref="EmailKind.DailyReport"/> or <see cref="EmailKind.WeeklySummary"/>.</summary>
    public required EmailKind Kind { get; init; }

    /// <summary>The period's first day, in the firm's time zone.</summary>
    public required DateOnly PeriodStart { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The email; null when there was nothing to say.</summary>
    public Guid? EmailId { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

/// <summary>A report that an address of the firm got for one period, once only in the same way.</summary>
internal sealed class ReportCopy
{
    /// <summary>Which report.</summary>
    public required EmailKind Kind { get; init; }

    /// <summary>The period's first day, in the firm's time zone.</summary>
    public required DateOnly PeriodStart { get; init; }

    /// <summary>The address, in lower case.</summary>
    public required string Address { get; init; }

    /// <summary>The email.</summary>
    public Guid? EmailId { get; init; }

    /// <summary>When it was written, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

internal sealed class ReportRunConfiguration : IEntityTypeConfiguration<ReportRun>, IEntityTypeConfiguration<ReportCopy>
{
    public void Configure(EntityTypeBuilder<ReportCopy> copy)
    {
        copy.ToTable("report_copies");
        copy.HasKey(x => new
        {
            x.Kind,
            x.PeriodStart,
            x.Address,
        });
        copy.Property(x => x.Address).HasMaxLength(254);
    }

    public void Configure(EntityTypeBuilder<ReportRun> run)
    {
        run.ToTable("report_runs");
        run.HasKey(x => new
        {
            x.Kind,
            x.PeriodStart,
            x.UserId,
        });
        run.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
