using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>What settings change about the documents.</summary>
internal static class SettingsInForce
{
    private const string FastApiErrors = "FastApiErrors";

    /// <summary><c>Intake:Resume</c> and <see cref="ApiOptions.ResumeOptional"/>: a submission needs no resume.</summary>
    public static void NeedNoResume(OpenApiDocument document)
    {
        foreach (var name in (string[])[nameof(SubmissionForm), nameof(SubmissionJson)])
            ((OpenApiSchema)document.Components!.Schemas![name]).Required?.Remove("resume");
    }

    /// <summary>Where a submission needs a resume, a form that holds no file is always refused, so it is left out.</summary>
    public static void TakeNoPlainForm(OpenApiDocument document)
    {
        document.Components!.Schemas!.Remove(nameof(SubmissionPlainForm));
        document
            .Paths["/api/leads"]
            .Operations![HttpMethod.Post]
            .RequestBody!.Content!.Remove(BodyKind.Form.ContentType);
    }

    /// <summary><see cref="ApiOptions.FastApiValidation"/>: what would be a 400 is a 422 with a list.</summary>
    public static void AnswerAsFastApi(OpenApiDocument document)
    {
        document.Components!.Schemas![FastApiErrors] = ErrorList();
        foreach (var operation in document.Paths.Values.SelectMany(path => path.Operations?.Values.ToList() ?? []))
        {
            var answers = operation.Responses!;
            answers.Remove("400");
            if (!answers.TryGetValue("422", out var answer))
                answers["422"] = answer = new OpenApiResponse
                {
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal),
                };
            answer.Description =
                "Something in the request is wrong; the answer names the field and what would be right.";
            answer.Content!["application/json"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchemaReference(FastApiErrors, document),
                Example = new JsonObject
                {
                    ["detail"] = new JsonArray(
                        new JsonObject
                        {
                            ["type"] = "value_error",
                            ["loc"] = new JsonArray("body", "email"),
                            ["msg"] = "Please enter an email address.",
                        }
                    ),
                },
            };
        }
    }

    private static OpenApiSchema ErrorList() =>
        Object(
            "What is wrong, as FastAPI says it.",
            ("detail", List("Every error.", Object("An error.", ErrorMembers())))
        );

    private static (string, OpenApiSchema)[] ErrorMembers() =>
        [
            ("type", Text("Always value_error.")),
            ("loc", List("Where: the part of the request, and the field.", Text("A part of the place."))),
            ("msg", Text("What is wrong, for people.")),
        ];

    private static OpenApiSchema Text(string description) =>
        new() { Type = JsonSchemaType.String, Description = description };

    private static OpenApiSchema List(string description, OpenApiSchema items) =>
        new()
        {
            Type = JsonSchemaType.Array,
            Description = description,
            Items = items,
        };

    private static OpenApiSchema Object(string description, params (string Name, OpenApiSchema Value)[] members) =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description = description,
            Required = members.Select(member => member.Name).ToHashSet(StringComparer.Ordinal),
            Properties = members.ToDictionary(
                member => member.Name,
                member => (IOpenApiSchema)member.Value,
                StringComparer.Ordinal
            ),
        };
}
