using System.Text.Json.Nodes;
using Anteroom.Admin;
using Anteroom.Api.Compat;
using Anteroom.Api.V1;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.OpenApi;
using HealthStatus = Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus;

namespace Anteroom.Api.Documents;

/// <summary>
/// The texts of the contracts that are one of a few words. Those with a name are schemas of their own, so that clients get one type for
/// them, wherever they occur.
/// </summary>
internal static class Words
{
    public const string Status = "LeadStatus";
    public const string State = "CompatState";

    private static readonly WordList[] All =
    [
        new(Status, "Where a lead stands.", LeadStatus.All.Select(status => status.ToWire()))
        {
            Places = [(nameof(LeadV1), "status"), (nameof(LeadCreated), "status"), (nameof(LeadChangeV1), "status")],
        },
        new(State, "Where a lead stands, in two words.", CompatLeads.States)
        {
            Places =
            [
                (nameof(CompatLead), "state"),
                (nameof(CompatLeadDetail), "state"),
                (nameof(CompatStateBody), "state"),
            ],
        },
        new("UserRole", "What a user may do.", Of<Role>())
        {
            Places = [(nameof(Me), "role"), (nameof(CompatUser), "role"), (nameof(CompatCreateUserBody), "role")],
        },
        new("ActivityKind", "What happened to a lead.", ActivityKinds.All) { Places = [(nameof(ActivityV1), "kind")] },
        new("ChangeKind", "What became of a lead.", Of<FeedKind>()) { Places = [(nameof(ChangeV1), "kind")] },
        new(SearchHit.Places) { Places = [(nameof(SearchMatchV1), "place")] },
        new("EmailKind", "What an email is for.", Of<EmailKind>()) { Places = [(nameof(EmailV1), "kind")] },
        new("EmailState", "How far an email has got.", Of<EmailState>()) { Places = [(nameof(EmailV1), "state")] },
        new(ResumeTypeNames.OfSubmissions.Select(type => type.ToContentType()))
        {
            Places = [(nameof(ResumeV1), "content_type")],
        },
        new(Enum.GetValues<ResumeType>().Select(type => type.ToContentType()))
        {
            Places = [(nameof(LeadFileV1), "content_type"), (nameof(ExportedFileV1), "content_type")],
        },
        new("FileState", "Whether a file can be downloaded.", LeadFileV1.States)
        {
            Places = [(nameof(LeadFileV1), "state")],
        },
        new(["bearer"]) { Places = [(nameof(TokenAnswer), "token_type")] },
        new(["password", "refresh_token"]) { Places = [(nameof(TokenForm), "grant_type")] },
        new(Of<Language>()) { Places = [(nameof(SubmissionForm), "language")] },
        new(Of<HealthStatus>()) { Places = [(nameof(HealthReport), "status")] },
        new(["ok", "read_only", "full", "unreachable", "no_answer"]) { Places = [(nameof(HealthReport), "database")] },
        new(["ok", "missing", "not_writable", "no_answer"]) { Places = [(nameof(HealthReport), "resumes")] },
        new(["ok", "unreachable", "no_answer"]) { Places = [(nameof(HealthReport), "mail")] },
        new(["ok", "late"]) { Places = [(nameof(HealthReport), "work")] },
    ];

    /// <summary>Says it of every place in the contracts, and describes the named ones that are used.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        var schemas = document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        foreach (var list in All)
        {
            var used = list.Places.Where(place => schemas.ContainsKey(place.Schema)).ToList();
            if (list.Name is not null && used.Count > 0)
                document.AddComponent<IOpenApiSchema>(list.Name, list.ToSchema());
            foreach (var (name, property) in used)
                // A slip in a name throws here, so that no list is lost.
                schemas[name].Properties![property] = list.In(
                    (OpenApiSchema)schemas[name].Properties![property],
                    document
                );
        }
    }

    private static IEnumerable<string> Of<TEnum>()
        where TEnum : struct, Enum => Enum.GetValues<TEnum>().Select(value => value.ToWire());

    private sealed record WordList(string? Name, string? Description, IEnumerable<string> Words)
    {
        public WordList(IEnumerable<string> words)
            : this(null, null, words) { }

        public required IReadOnlyList<(string Schema, string Property)> Places { get; init; }

        public OpenApiSchema ToSchema() =>
            new()
            {
                Type = JsonSchemaType.String,
                Description = Description,
                Enum = [.. Words.Select(word => JsonValue.Create(word))],
            };

        /// <summary>The property with this list instead of any text.</summary>
        public IOpenApiSchema In(OpenApiSchema property, OpenApiDocument document)
        {
            if (Name is null)
            {
                property.Enum = ToSchema().Enum;
                return property;
            }

            var reference = new OpenApiSchemaReference(Name, document);
            if (property.Type?.HasFlag(JsonSchemaType.Null) != true)
            {
                reference.Description = property.Description;
                return reference;
            }

            return new OpenApiSchema
            {
                OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, reference],
                Description = property.Description,
            };
        }
    }
}
