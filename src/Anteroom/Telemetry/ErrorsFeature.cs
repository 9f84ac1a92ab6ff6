using Sentry.AspNetCore;

namespace Anteroom.Telemetry;

/// <summary>Errors: kept in groups, and sent on to an error tracker where one is set.</summary>
internal static class ErrorsFeature
{
    /// <summary>Where errors are sent: the DSN of Sentry, or of whatever speaks its language.</summary>
    public const string DsnKey = "Sentry:Dsn";

    /// <summary>Adds both.</summary>
    public static void AddErrors(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ErrorLog>();
        builder.Services.AddSingleton<ILoggerProvider>(provider => provider.GetRequiredService<ErrorLog>());
        builder.Services.AddHostedService<KeepErrors>();

        if (builder.Configuration[DsnKey] is not { Length: > 0 } dsn)
            return;
        if (!Uri.TryCreate(dsn, UriKind.Absolute, out var address) || address.UserInfo.Length == 0)
            throw new CannotStartException(
                "SENTRY_DSN (Sentry:Dsn) is not an address of an error tracker; it has to be like https://key@errors.firm.example/1."
            );
        builder.WebHost.UseSentry(options => Configure(options, dsn));
    }

    private static void Configure(SentryAspNetCoreOptions options, string dsn)
    {
        options.Dsn = dsn;
        options.Release = TelemetryFeature.Version;
        options.MinimumEventLevel = LogLevel.Error;
        options.MinimumBreadcrumbLevel = LogLevel.None;
        options.MaxBreadcrumbs = 0;
        options.SendDefaultPii = false;
        options.IsEnvironmentUser = false;
        options.AutoSessionTracking = false;
        options.DisableSentryHttpMessageHandler = true;
        options.AutoRegisterTracing = false;
        options.TracePropagationTargets = [];
        options.SetBeforeSend(Without);
    }

    /// <summary>A new report with what is allowed in it; whatever else was gathered stays here.</summary>
    private static SentryEvent? Without(SentryEvent whole, SentryHint hint)
    {
        hint.Attachments.Clear();
        var report = new SentryEvent
        {
            Level = whole.Level,
            Logger = whole.Logger,
            Release = whole.Release,
            Environment = whole.Environment,
            // The template of the line, without its values.
            Message = whole.Message?.Message is { Length: > 0 } template
                ? new SentryMessage { Message = template }
                : null,
            SentryExceptions = whole.SentryExceptions?.Select(Without).ToList(),
        };
        report.Contexts.Trace.TraceId = whole.Contexts.Trace.TraceId;
        if (System.Diagnostics.Activity.Current is { } current)
            report.SetTag("trace_id", current.TraceId.ToString());
        return report;
    }

    private static Sentry.Protocol.SentryException Without(Sentry.Protocol.SentryException whole) =>
        new()
        {
            Type = whole.Type,
            Module = whole.Module,
            Stacktrace = whole.Stacktrace,
        };
}
