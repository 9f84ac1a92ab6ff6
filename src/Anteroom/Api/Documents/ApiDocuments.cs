using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Anteroom.Api.V1;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>The OpenAPI 3.1 documents of the two doors: <c>/openapi/v1.json</c> and <c>/openapi/compat.json</c>.</summary>
internal static class ApiDocuments
{
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["Leads"] = "People who wrote to the firm, from the form to retained or declined.",
        ["Signing in"] = "Access tokens for an hour or so, and refresh tokens to get the next one.",
        ["Attorneys"] = "Who takes leads, how many, and how many they have.",
        ["Accounts"] = "Tokens, passwords and users.",
        ["Health"] = "For load balancers and monitors.",
    };

    private const string InBoth =
        "HEAD is answered wherever GET is, and OPTIONS lists the methods of an address. Every answer has an X-Request-ID: that of the request if it is sane, else a new one.";

    public static void AddApiDocuments(this IServiceCollection services)
    {
        // The names and numbers that the documents tell are those of the answers.
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        Add("v1", "Anteroom API", $"Leads for law firms. Problems are answered as RFC 9457 problem details. {InBoth}");
        Add(
            "compat",
            "Anteroom, Django-style API",
            $"For clients of the Django-style service: trailing slashes and field errors as Django REST framework words them. {InBoth}"
        );

        void Add(string name, string title, string description) =>
            services.AddOpenApi(
                name,
                options =>
                    options
                        .AddDocumentTransformer(
                            (document, _, _) =>
                            {
                                document.Info = new OpenApiInfo
                                {
                                    Title = title,
                                    Description = description,
                                    Version = name,
                                };
                                foreach (var server in document.Servers ?? [])
                                    server.Url = server.Url?.TrimEnd('/');
                                return Task.CompletedTask;
                            }
                        )
                        .AddSchemaTransformer(
                            (schema, context, _) =>
                            {
                                // A submission requires less than what an answer always has. Only answers to the firm's questions can be missing.
                                if (context.JsonTypeInfo.Type == typeof(LeadV1) && schema.Properties is { } all)
                                    schema.Required = all
                                        .Keys.Where(name => name != "answers")
                                        .ToHashSet(StringComparer.Ordinal);
                                return Task.CompletedTask;
                            }
                        )
                        .AddSecuritySchemes()
                        .AddDocumentTransformer(Complete)
            );
    }

    private static Task Complete(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellation
    )
    {
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
            tag.Description ??= Tags.GetValueOrDefault(tag.Name!);
        foreach (var (address, path) in document.Paths)
        foreach (var (method, operation) in path.Operations ?? [])
        {
            operation.OperationId ??= Name(method, address);
            CommonAnswers.AddTo(operation, context.DocumentName, document);
            Examples.AddTo(operation, context.DocumentName);
        }

        Examples.AddTo(document.Components?.Schemas);
        foreach (var name in (string[])[nameof(ProblemDetails), nameof(HttpValidationProblemDetails)])
            if (
                document.Components?.Schemas is { } schemas
                && schemas.TryGetValue(name, out var found)
                && found is OpenApiSchema { Properties: { } members }
            )
                members["code"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Description = $"For programs: {string.Join(", ", ProblemCode.All)}; others may come.",
                };
        foreach (
            var (name, schema) in document.Components?.Schemas ?? ImmutableDictionary<string, IOpenApiSchema>.Empty
        )
            if (
                name is nameof(LeadV1) or nameof(LeadCreated) or nameof(LeadChangeV1)
                && schema.Properties?["status"] is OpenApiSchema status
            )
                status.Enum = [.. LeadStatus.All.Select(one => JsonValue.Create(one.ToWire()))];
        if (context.DocumentName == "compat")
            CloseWithSlashes(document);
        return Task.CompletedTask;
    }

    /// <summary>For those who generate a client: <c>getLeadsByIdResume</c>.</summary>
    private static string Name(HttpMethod method, string address) =>
        method.Method.ToLowerInvariant()
        + string.Concat(
            address
                .Replace("{", "by-", StringComparison.Ordinal)
                .Split(['/', '-', '_', '}'], StringSplitOptions.RemoveEmptyEntries)
                .Where(word => word is not ("api" or "v1"))
                .Select(word => char.ToUpperInvariant(word[0]) + word[1..])
        );

    /// <summary>Clients of the Django-style service write addresses with a slash at the end; routing takes both.</summary>
    private static void CloseWithSlashes(OpenApiDocument document)
    {
        var paths = new OpenApiPaths();
        foreach (var (address, path) in document.Paths)
            paths[address.EndsWith("{path}", StringComparison.Ordinal) ? address : address + "/"] = path;
        document.Paths = paths;
    }
}
