using Anteroom.Api.Compat;
using Anteroom.Api.V1;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>What C# types do not say about the contracts: formats, and what is never null or never left out.</summary>
internal static class ContractDetails
{
    /// <summary>
    /// What is read without a null: forms have none, and the Django-style door refuses it. Not the form of a submission, because clients
    /// of NSwag can leave a field of a form out only if it can be null.
    /// </summary>
    // Of a lead: answers to the firm's questions, where a search has found it, and in an export its files.
    private static readonly string[] LeftOut = ["answers", "match", "files"];

    private static readonly HashSet<string> WithoutNull = new(StringComparer.Ordinal)
    {
        nameof(TokenForm),
        nameof(RefreshRequest),
        nameof(NoteRequest),
        nameof(CompatStateBody),
        nameof(CompatLogInBody),
        nameof(CompatChangePasswordBody),
        nameof(CompatCreateUserBody),
    };

    public static void AddTo(OpenApiDocument document)
    {
        foreach (
            var (name, found) in document.Components?.Schemas
                ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        )
        {
            if (found is not OpenApiSchema { Properties: { } members } schema)
                continue;
            foreach (var (member, description) in members)
            {
                if (description is not OpenApiSchema value)
                    continue;
                if (WithoutNull.Contains(name) || LeftOut.Contains(member))
                    value.Type &= ~JsonSchemaType.Null;
                value.Format ??= FormatOf(name, member);
                if (member == "email" && name is (nameof(LeadV1) or nameof(CompatLead) or nameof(CompatLeadDetail)))
                    value.Description =
                        "The prospect's email address; an empty text for somebody who gave the firm only a phone number.";
            }

            switch (name)
            {
                case nameof(LeadV1):
                    // A submission requires less than what an answer always has. Only what has nothing to say can be missing.
                    schema.Required = members
                        .Keys.Where(member => !LeftOut.Contains(member))
                        .ToHashSet(StringComparer.Ordinal);
                    break;
                case nameof(ResumeV1) or nameof(LeadFileV1) or nameof(ExportedFileV1):
                    ((OpenApiSchema)members["sha256"]).Pattern = "^[0-9a-f]{64}$";
                    break;
                case nameof(FileForm):
                    members["file"].Description = "The file; at most 10 MB unless the firm has set another limit.";
                    break;
                case nameof(SubmissionForm):
                    members["resume"].Description =
                        "The file: PDF, DOC, DOCX, RTF, ODT or TXT, at most 10 MB unless the firm has set another limit.";
                    break;
                case nameof(SubmissionJson):
                    // Not the format "byte", whose readers are stricter than the door is.
                    ((OpenApiSchema)members["resume"]).ContentEncoding = "base64";
                    break;
                case nameof(ProblemDetails) or nameof(HttpValidationProblemDetails):
                    DescribeProblem(schema, members);
                    break;
            }
        }
    }

    private static string? FormatOf(string schema, string member) =>
        (schema, member) switch
        {
            // Of a lead it may be an empty text: somebody who called gave only a phone number.
            (nameof(LeadV1) or nameof(CompatLead) or nameof(CompatLeadDetail), "email") => null,
            // Internationalized addresses are taken, too, which "email" does not allow (RFC 6531).
            (_, "email") or (nameof(EmailV1), "to") => "idn-email",
            (nameof(CompatLead) or nameof(CompatLeadDetail), "created_at" or "updated_at") => "date-time",
            _ => null,
        };

    /// <summary>Problem details (RFC 9457) as the JWT API answers them.</summary>
    private static void DescribeProblem(OpenApiSchema schema, IDictionary<string, IOpenApiSchema> members)
    {
        schema.Description = "What is wrong (RFC 9457).";
        schema.Required = new HashSet<string>(StringComparer.Ordinal) { "title", "status", "detail", "code" };
        members.Remove("instance"); // is never sent
        Describe("type", "Address of where the status is defined; left out where there is no such place.");
        Describe("title", "What is wrong, in a sentence.");
        Describe("status", "The status of the answer.");
        Describe("detail", "What is wrong and what would be right.");
        members["code"] = Text($"For programs: {string.Join(", ", ProblemCode.All)}; others may come.");
        members["error"] = Text("OAuth's error code (RFC 6749 section 5.2), while signing in.");
        if (members.TryGetValue("errors", out var errors))
            errors.Description = "What is wrong with each field, by its name; left out when it is no field.";

        void Describe(string member, string description)
        {
            var value = (OpenApiSchema)members[member];
            value.Type &= ~JsonSchemaType.Null;
            value.Description = description;
        }

        static OpenApiSchema Text(string description) =>
            new() { Type = JsonSchemaType.String, Description = description };
    }
}
