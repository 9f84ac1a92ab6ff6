using System.Text.Json.Serialization;
using Anteroom.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Anteroom.Admin;

/// <summary>What a health check answers. A part is <c>ok</c>, or a word says what is wrong with it.</summary>
/// <param name="Status">
/// <c>healthy</c>; <c>degraded</c> when something waits and nothing is refused; <c>unhealthy</c> when nothing can be submitted.
/// </param>
/// <param name="Database"><c>ok</c>, <c>read_only</c>, <c>full</c> (its disk), <c>unreachable</c> or <c>no_answer</c>.</param>
/// <param name="Resumes"><c>ok</c>, <c>missing</c> (the folder is not the firm's, or there is no such bucket), <c>not_writable</c> (full, no right, away) or <c>no_answer</c>.</param>
/// <param name="Mail"><c>ok</c>, <c>unreachable</c> or <c>no_answer</c>: the mail server, or the pickup folder.</param>
/// <param name="Work"><c>ok</c>, or <c>late</c>: something has been due for minutes, so that no worker may be running.</param>
public sealed record HealthReport(string Status, string Database, string Resumes, string Mail, string Work);

/// <summary>Whether this node can do its work; for load balancers and monitors, so it names no details.</summary>
public static class Health
{
    /// <summary>
    /// Maps <c>/health/</c> (Django-style) and <c>/api/v1/healthcheck</c>: how the parts do. <c>/health/ready</c>: send this node requests;
    /// <c>/health/live</c>: the process runs.
    /// </summary>
    public static void MapHealth(this WebApplication app)
    {
        foreach (var path in (string[])["/health", "/api/v1/healthcheck"])
            app.MapGet(path, CheckAsync)
                .AllowAnonymous()
                .WithGroupName(path == "/health" ? "compat" : "v1")
                .WithTags("Health")
                .WithSummary("Whether this node can do its work")
                .WithDescription("503 when nothing can be submitted. No token is needed, and no details are named.")
                .Produces<HealthReport>()
                .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
        app.MapGet("/health/live", () => Word(StatusCodes.Status200OK, "live"))
            .AllowAnonymous()
            .ExcludeFromDescription();
        app.MapGet(
                "/health/ready",
                (Readiness readiness) =>
                    readiness.Word is "ready"
                        ? Word(StatusCodes.Status200OK, "ready")
                        : Word(StatusCodes.Status503ServiceUnavailable, readiness.Word)
            )
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    private static async Task<JsonHttpResult<HealthReport>> CheckAsync(
        CurrentHealth health,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        context.Response.Headers.CacheControl = "no-store";
        var now = await health.ReadAsync(cancellation);
        return TypedResults.Json(
            new HealthReport(now.Status.ToWire(), Part("database"), Part("resumes"), Part("mail"), Part("work")),
            HealthJson.Default.HealthReport,
            statusCode: now.Status == HealthStatus.Unhealthy
                ? StatusCodes.Status503ServiceUnavailable
                : StatusCodes.Status200OK
        );

        string Part(string name) => now.Entries[name].Description ?? "ok";
    }

    private static IResult Word(int status, string word) =>
        Results.Json(new Readable(word), HealthJson.Default.Readable, statusCode: status);
}

/// <summary>What a load balancer reads.</summary>
internal sealed record Readable(string Status);

[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(Readable))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class HealthJson : JsonSerializerContext;
