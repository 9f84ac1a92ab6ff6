using System.Globalization;
using Anteroom.Api.Compat;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>The responses that follow from what an operation is: not signed in, body too large, database unavailable.</summary>
internal static class CommonAnswers
{
    private static readonly Dictionary<int, string> Sentences = new()
    {
        [200] = "Done.",
        [201] = "Made.",
        [204] = "Done; nothing to tell.",
        [206] = "The parts of the file that Range asks for.",
        [304] = "Not changed since the ETag in If-None-Match.",
        [308] = "Merged into another lead: ask again at Location, with the same method and body.",
        [400] = "Something in the request is wrong; the answer names the field and what would be right.",
        [401] = "No token, or one that is no longer valid.",
        [403] = "The token is good, and its user may not do this.",
        [404] = "There is nothing here that this user may see.",
        [408] = "The body came too slowly.",
        [409] = "It cannot be done as things are now.",
        [410] = "This place is gone: start again.",
        [412] = "Changed by somebody else since the ETag in If-Match.",
        [413] = "The body is too large.",
        [415] = "Another content type is needed.",
        [416] = "The file has no such range.",
        [422] = "The Idempotency-Key has been used for another body.",
        [429] = "Too many requests.",
        [503] = "Something that this needs is down for the moment, as the database.",
    };

    /// <summary>Adds what is missing and says in words what each answer means.</summary>
    public static void AddTo(OpenApiOperation operation, string door, OpenApiDocument host)
    {
        var responses = operation.Responses ??= new OpenApiResponses();
        Needs(400); // also for a host that is not answered to
        Needs(503);
        if (operation.Security is { Count: > 0 })
        {
            Needs(401);
            Needs(403);
        }

        if (operation.RequestBody is not null)
        {
            Needs(408);
            Needs(413);
            Needs(415);
        }

        foreach (var (key, answer) in responses)
            if (answer is OpenApiResponse response && int.TryParse(key, CultureInfo.InvariantCulture, out var status))
            {
                response.Description = Sentences.GetValueOrDefault(status, response.Description ?? "");
                if (status is 401)
                    response.DescribeHeader("WWW-Authenticate", "The scheme that is asked for.");
                if (status is 429 or 503)
                    response.DescribeHeader("Retry-After", "Whole seconds to wait.");
            }

        // In their order, as people look for them.
        var sorted = new OpenApiResponses();
        foreach (var (key, answer) in responses.OrderBy(one => one.Key, StringComparer.Ordinal))
            sorted[key] = answer;
        operation.Responses = sorted;

        void Needs(int status)
        {
            var key = status.ToString(CultureInfo.InvariantCulture);
            if (responses.ContainsKey(key))
                return;
            var (type, schema) =
                door == "compat" ? ("application/json", nameof(CompatDetail))
                : status == 400 ? ("application/problem+json", nameof(HttpValidationProblemDetails))
                : ("application/problem+json", nameof(ProblemDetails));
            responses[key] = new OpenApiResponse
            {
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [type] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(schema, host) },
                },
            };
        }
    }

    public static void DescribeHeader(this OpenApiResponse response, string header, string description)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
        response.Headers[header] = new OpenApiHeader
        {
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        };
    }
}
