using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.App;

/// <summary>What the product answers to.</summary>
public static class Addresses
{
    /// <summary>The addresses of everything that can be read, about one lead where they are about one.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="lead">By its id; by number it is the first.</param>
    /// <param name="document">Of the API documents.</param>
    public static IEnumerable<string> GetAddresses(this AnteroomApp app, Guid lead, string document) =>
        app
            .Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint =>
                endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is not { Count: > 0 } methods
                || methods.Contains("GET", StringComparer.Ordinal)
            )
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.Trim('/'))
            .Select(pattern =>
                Regex.Replace(
                    pattern,
                    @"\{[^}]*\}",
                    value =>
                        value.Value.Contains(":long", StringComparison.Ordinal) ? "1"
                        : value.Value.Contains(":guid", StringComparison.Ordinal) ? $"{lead}"
                        : value.Value == "{documentName}" ? document
                        : "x",
                    RegexOptions.None,
                    TimeSpan.FromSeconds(1)
                )
            );
}
