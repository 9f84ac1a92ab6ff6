namespace Anteroom.Reports;

/// <summary>Figures of any period: on a page, as CSV, and by email every day and every week.</summary>
internal static class ReportsFeature
{
    /// <summary>Adds the use cases.</summary>
    public static IServiceCollection AddReports(this IServiceCollection services)
    {
        services.AddOptions<ReportOptions>().BindConfiguration("Reports").ValidateOnStart();
        services.AddSingleton<ReadFigures>();
        services.AddSingleton<SumReportDays>();
        services.AddSingleton<ReadDeclines>();
        services.AddSingleton<ReadDashboard>();
        services.AddSingleton<CachedDashboard>();
        services.AddSingleton<ReportEmails>();
        services.AddSingleton<SendReports>();
        services.AddSingleton<DailyReport>();
        services.AddSingleton<WeeklySummary>();
        return services;
    }
}
