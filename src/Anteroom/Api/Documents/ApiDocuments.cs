using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Firm;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>
/// The OpenAPI 3.1 documents of the two doors: <c>/openapi/v1.json</c> and <c>/openapi/compat.json</c>, and each once more for
/// every <see cref="BodyKind"/>, as <c>/openapi/v1-multipart.json</c>.
/// </summary>
internal static class ApiDocuments
{
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["Leads"] = "People who wrote to the firm, from the form to retained or declined.",
        ["Signing in"] = "Access tokens for some minutes, and refresh tokens to get the next one.",
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
        Add(
            "v1",
            "Anteroom API",
            $"Leads for law firms. Problems are answered as RFC 9457 problem details. {InBoth}",
            BodyKind.Json,
            BodyKind.Multipart
        );
        Add(
            "compat",
            "Anteroom, Django-style API",
            $"For clients of the Django-style service: trailing slashes and field errors as Django REST framework words them. {InBoth}",
            BodyKind.Json,
            BodyKind.Form,
            BodyKind.Multipart
        );

        void Add(string door, string title, string description, params IEnumerable<BodyKind> kinds)
        {
            foreach (var kind in kinds.Prepend(null))
                services.AddOpenApi(
                    kind is null ? door : $"{door}-{kind.Name}",
                    options =>
                    {
                        options.ShouldInclude = endpoint => endpoint.GroupName == door;
                        options
                            .AddDocumentTransformer(
                                (document, context, _) =>
                                {
                                    Introduce(document, door, title, description, context.ApplicationServices);
                                    return Task.CompletedTask;
                                }
                            )
                            .AddSecuritySchemes(door)
                            .AddDocumentTransformer(
                                (document, context, _) =>
                                {
                                    var settings = context
                                        .ApplicationServices.GetRequiredService<IOptions<ApiOptions>>()
                                        .Value;
                                    var needsNoResume =
                                        context
                                            .ApplicationServices.GetRequiredService<IOptions<IntakeOptions>>()
                                            .Value.Wanted == ResumeWanted.Optional;
                                    if (needsNoResume || (door == "compat" && settings.ResumeOptional))
                                        SettingsInForce.NeedNoResume(document);
                                    else if (door == "compat")
                                        SettingsInForce.TakeNoPlainForm(document);
                                    kind?.KeepOnly(document);
                                    Complete(document, door);
                                    if (door == "v1" && settings.FastApiValidation)
                                        SettingsInForce.AnswerAsFastApi(document);
                                    return Task.CompletedTask;
                                }
                            );
                    }
                );
        }
    }

    private static void Introduce(
        OpenApiDocument document,
        string door,
        string title,
        string description,
        IServiceProvider services
    )
    {
        foreach (var server in document.Servers ?? [])
        {
            server.Url = server.Url?.TrimEnd('/');
            server.Description = "This Anteroom.";
        }

        document.Info = new OpenApiInfo
        {
            Title = title,
            Description = description,
            Version = door,
            // Whoever runs it. The public form is how to write to the firm: an address here would be read by machines only.
            Contact = new OpenApiContact
            {
                Name = services.GetRequiredService<IOptionsMonitor<FirmOptions>>().CurrentValue.Name,
                Url = document.Servers is [{ Url: { } url }, ..] ? new Uri(url + "/") : null,
            },
            License = new OpenApiLicense { Name = "Proprietary", Identifier = "LicenseRef-Proprietary" },
        };
    }

    private static void Complete(OpenApiDocument document, string door)
    {
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>())
            tag.Description ??= Tags.GetValueOrDefault(tag.Name!);
        document.Tags = document.Tags?.OrderBy(tag => tag.Name, StringComparer.Ordinal).ToHashSet();
        ContractDetails.AddTo(document);
        Words.AddTo(document);
        foreach (var (address, path) in document.Paths)
        foreach (var (method, operation) in path.Operations ?? [])
        {
            operation.OperationId ??= Name(method, address);
            foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
                parameter.Description ??= DescriptionOf(parameter.Name!, address, door);
            CommonAnswers.AddTo(operation, door, document);
            Examples.AddTo(operation, door);
        }

        Examples.AddTo(document.Components?.Schemas);
        if (door == "compat")
            CloseWithSlashes(document);
    }

    /// <summary>What a part of an address stands for.</summary>
    private static string? DescriptionOf(string parameter, string address, string door) =>
        parameter switch
        {
            "path" => "What follows /media/resumes/ in the path that the submission was answered with.",
            "id" when address.Contains("/attorneys/", StringComparison.Ordinal) => "The attorney's id.",
            "id" when door == "v1" => "The lead's id.",
            "id" => "The lead's number.",
            "file" => "The file's id.",
            _ => null,
        };

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
