using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Anteroom.Telemetry;

/// <summary>
/// Traces, metrics and logs by OpenTelemetry, for collectors (the standard <c>OTEL_…</c> variables) and Prometheus (<c>/metrics</c>). Off
/// unless one of them is set: then nothing listens, and no span is made.
/// </summary>
internal static class TelemetryFeature
{
    /// <summary>The page that Prometheus reads.</summary>
    public const string MetricsPath = "/metrics";

    /// <summary>Files, the live line and what asks every second tell nothing.</summary>
    private static readonly string[] Quiet = ["/health", MetricsPath, "/live", "/css", "/js", "/lib", "/fonts"];

    /// <summary>Adds what is set.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder, string role)
    {
        var settings = builder.Configuration;
        builder.Services.AddOptions<MetricsOptions>().BindConfiguration("Metrics").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<MetricsOptions>, MetricsOptionsCheck>();
        builder.AddErrors();

        var page = settings.GetSection("Metrics").Get<MetricsOptions>()?.IsOn is true;
        var (traces, metrics, logs) = (
            IsSent(settings, "TRACES"),
            IsSent(settings, "METRICS"),
            IsSent(settings, "LOGS")
        );
        if (!(page || traces || metrics || logs))
            return;

        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(resource =>
                resource
                    .AddService(
                        settings["OTEL_SERVICE_NAME"] is { Length: > 0 } name ? name : "anteroom",
                        serviceVersion: Version
                    )
                    .AddAttributes([new("anteroom.role", role)])
            );
        if (traces)
        {
            builder.Services.AddSingleton(new RecordedExceptions(SpanRules.WithoutMessages()));
            telemetry.WithTracing(tracing => Trace(tracing, settings).AddOtlpExporter());
        }

        if (metrics || page)
        {
            builder.Services.AddSingleton<MetricsAreOn>();
            telemetry.WithMetrics(measuring =>
            {
                measuring
                    // Those of them that say how the firm is served; of each sign-in and component there are others.
                    .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                    .AddHttpClientInstrumentation()
                    .AddRuntimeInstrumentation()
                    .AddNpgsqlInstrumentation()
                    .AddMeter(Measures.Name);
                if (metrics)
                    measuring.AddOtlpExporter();
                if (page)
                    measuring.AddPrometheusExporter();
            });
        }

        if (logs)
        {
            // Who did what from which address stays in the house.
            builder.Logging.AddFilter<OpenTelemetryLoggerProvider>("Anteroom.Audit", LogLevel.None);
            telemetry.WithLogging(
                logging => logging.AddProcessor(new LogRules()).AddOtlpExporter(),
                options =>
                {
                    options.IncludeFormattedMessage = false;
                    options.IncludeScopes = false; // a request's address is in them
                    options.ParseStateValues = true;
                }
            );
        }
    }

    /// <summary>Answers <c>/metrics</c> where it is set, for those who may read it.</summary>
    public static void UseMetricsPage(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<MetricsOptions>>().Value;
        if (!options.IsOn)
            return;
        var access = new MetricsAccess(options);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(
            meterProvider: null,
            context => context.Request.Path.Equals(MetricsPath, StringComparison.OrdinalIgnoreCase),
            path: null,
            page => page.Use(access.RunAsync),
            optionsName: null
        );
    }

    private static TracerProviderBuilder Trace(TracerProviderBuilder tracing, ConfigurationManager settings)
    {
        // Whether a request is recorded is not for a stranger to say; for a proxy it is, and OTEL_TRACES_SAMPLER says more.
        if (
            string.IsNullOrWhiteSpace(settings["Web:TrustedProxies"])
            && string.IsNullOrWhiteSpace(settings["OTEL_TRACES_SAMPLER"])
        )
            tracing.SetSampler(
                new ParentBasedSampler(
                    new AlwaysOnSampler(),
                    remoteParentSampled: new AlwaysOnSampler(),
                    remoteParentNotSampled: new AlwaysOnSampler()
                )
            );
        return tracing
            .AddSource(Traces.Name)
            .AddNpgsql()
            .AddAspNetCoreInstrumentation(options =>
            {
                options.Filter = context =>
                    !Array.Exists(
                        Quiet,
                        path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)
                    );
                options.EnableRazorComponentsSupport = false;
            })
            .AddHttpClientInstrumentation(options =>
                options.FilterHttpRequestMessage = _ => Activity.Current?.ParentId is not null
            )
            .AddProcessor(new SpanRules());
    }

    /// <summary>As OpenTelemetry's specification names the variables.</summary>
    private static bool IsSent(ConfigurationManager settings, string signal) =>
        !string.Equals(settings["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && !string.Equals(settings[$"OTEL_{signal}_EXPORTER"], "none", StringComparison.OrdinalIgnoreCase)
        && (
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 }
            || settings[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is { Length: > 0 }
        );

    internal static string? Version =>
        typeof(TelemetryFeature)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion;

    /// <summary>Ends with the app.</summary>
    private sealed class RecordedExceptions(IDisposable listener) : IDisposable
    {
        public void Dispose() => listener.Dispose();
    }
}

/// <summary>Registered where metrics are collected: gauges that cost a statement are read only then.</summary>
internal sealed class MetricsAreOn;
