using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What a health check answers.</summary>
/// <param name="Status"><c>healthy</c> or <c>unhealthy</c>.</param>
/// <param name="Database"><c>ok</c> or <c>unreachable</c>.</param>
public sealed record HealthReport(string Status, string Database);

/// <summary>Whether this node can do its work; for load balancers and monitors, so it names no details.</summary>
public static class Health
{
    /// <summary>Maps <c>/health/</c> (Django-style) and <c>/api/v1/healthcheck</c>.</summary>
    public static void MapHealth(this WebApplication app)
    {
        foreach (var path in (string[])["/health", "/api/v1/healthcheck"])
            app.MapGet(path, CheckAsync)
                .AllowAnonymous()
                .WithGroupName(path == "/health" ? "compat" : "v1")
                .WithTags("Health")
                .WithSummary("Whether this node can do its work")
                .Produces<HealthReport>()
                .Produces<HealthReport>(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<JsonHttpResult<HealthReport>> CheckAsync(
        NpgsqlDataSource database,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            await using var ask = database.CreateCommand("select 1");
            await ask.ExecuteScalarAsync(cancellation);
            return TypedResults.Json(new HealthReport("healthy", "ok"), HealthJson.Default.HealthReport);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            return TypedResults.Json(
                new HealthReport("unhealthy", "unreachable"),
                HealthJson.Default.HealthReport,
                statusCode: StatusCodes.Status503ServiceUnavailable
            );
        }
    }
}

[JsonSerializable(typeof(HealthReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class HealthJson : JsonSerializerContext;
