using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Anteroom.Admin;
using Anteroom.Api.Compat;
using Anteroom.Api.V1;
using Anteroom.Firm;
using Anteroom.Leads;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>The examples of the documents: real contracts with believable values, so they cannot show a name that does not exist.</summary>
internal static class Examples
{
    private static readonly Guid Lead = new("0199c2f0-5b1e-7cc2-9d1f-3f6f2a7f1c55");
    private static readonly Guid Maria = new("0199c2ee-11d0-7a39-8f04-6a2b8c0d9e10");
    private static readonly DateTimeOffset Morning = new(2026, 1, 15, 10, 30, 0, TimeSpan.Zero);

    private static readonly ResumeV1 Resume = new(
        "Ada Lovelace.pdf",
        "application/pdf",
        48_213,
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    );

    private static readonly LeadV1 Ada = new()
    {
        Id = Lead,
        Number = 128,
        Code = "K7M4PQX",
        FirstName = "Ada",
        LastName = "Lovelace",
        Email = "ada@example.com",
        Phone = "+1 555 0100",
        PracticeArea = "Immigration",
        Message = "I have an offer from a company in Boston.",
        Source = "form",
        Status = "reached_out",
        AssignedTo = Maria,
        AssignedAt = Morning.AddSeconds(1),
        ReachedOutBy = Maria,
        ReachedOutAt = Morning.AddMinutes(3),
        Resume = Resume,
        CreatedAt = Morning,
        UpdatedAt = Morning.AddMinutes(3),
    };

    private static readonly ChangeV1 ChangeOfAda = new(Lead, Ada.Number, "changed", MergedInto: null, Ada);
    private const string Feed = "AAAAAAAAAyAAAAAAAAAAgAjeVF0XzYAAAAAAAAAAAAAAAAAAAAAAAA";

    private static readonly LeadSummary AdaInBrief = new(
        Ada.Number,
        Ada.FirstName,
        Ada.LastName,
        Ada.Email,
        LeadStatus.Registered,
        Morning,
        Morning,
        Answers.None
    )
    {
        ResumeKey = "2026/01/15/0199c2f0.pdf",
    };

    private static readonly CompatSession Session = new(
        "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b",
        7,
        "maria",
        "maria@firm.example"
    );

    private static readonly Dictionary<string, JsonNode?> ByName = new(StringComparer.Ordinal)
    {
        [nameof(ResumeV1)] = Node(Resume, V1Json.Default.ResumeV1),
        [nameof(LeadV1)] = Node(Ada, V1Json.Default.LeadV1),
        [nameof(LeadPageV1)] = Node(new LeadPageV1([Ada], 50, 0, "bjEyOA", 1_284, true), V1Json.Default.LeadPageV1),
        [nameof(ChangeV1)] = Node(ChangeOfAda, V1Json.Default.ChangeV1),
        [nameof(ChangesV1)] = Node(
            new ChangesV1([ChangeOfAda, new ChangeV1(Maria, 127, "merged", Lead, Lead: null)], Feed, More: false),
            V1Json.Default.ChangesV1
        ),
        [nameof(LeadCreated)] = Node(
            new LeadCreated
            {
                Id = Lead,
                Number = 128,
                Code = "K7M4PQX",
                FirstName = "Ada",
                LastName = "Lovelace",
                Email = "ada@example.com",
                Status = "registered",
                CreatedAt = Morning,
            },
            V1Json.Default.LeadCreated
        ),
        [nameof(ActivityV1)] = Node(
            new ActivityV1(Lead, "note", Maria, "Maria Alvarez", "Call her after six.", Morning),
            V1Json.Default.ActivityV1
        ),
        [nameof(EmailV1)] = Node(
            new EmailV1
            {
                Id = Lead,
                Kind = "confirmation",
                To = "ada@example.com",
                Subject = "We have received your message",
                State = "sent",
                Attempts = 1,
                LastError = null,
                MessageId = $"{Lead:N}@firm.example",
                CreatedAt = Morning,
                NextAttemptAt = null,
                SentAt = Morning.AddSeconds(1),
            },
            V1Json.Default.EmailV1
        ),
        [nameof(AttorneyV1)] = Node(
            new AttorneyV1
            {
                Id = Maria,
                Number = 7,
                FullName = "Maria Alvarez",
                Email = "maria@firm.example",
                Available = true,
                AwayUntil = null,
                Capacity = 25,
                Workload = 4,
                PracticeArea = "Immigration",
                PracticeAreas = ["Immigration", "Family"],
                LastAssignedAt = Morning,
            },
            V1Json.Default.AttorneyV1
        ),
        [nameof(LeadFileV1)] = Node(
            new LeadFileV1
            {
                Id = Lead,
                FileName = "Passport.jpg",
                ContentType = "image/jpeg",
                Bytes = 1_204_511,
                Sha256 = Resume.Sha256,
                Note = "Expires in March.",
                AddedAt = Morning,
                AddedBy = Maria,
                AddedByName = "Maria Alvarez",
                CameWith = null,
                State = "available",
            },
            V1Json.Default.LeadFileV1
        ),
        [nameof(FileChangeV1)] = new JsonObject { ["note"] = "Expires in March." },
        [nameof(NoteRequest)] = Node(new NoteRequest("Call her after six."), V1Json.Default.NoteRequest),
        [nameof(LeadChangeV1)] = new JsonObject { ["status"] = "consultation" },
        [nameof(AvailabilityV1)] = new JsonObject { ["available"] = true, ["capacity"] = 25 },
        [nameof(TokenAnswer)] = Node(
            new TokenAnswer("eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLiJ9.eyJzdWIiOiIuLi4ifQ.c2ln", "bearer", 1800, "Zk3J9r"),
            AuthV1Json.Default.TokenAnswer
        ),
        [nameof(TokenForm)] = new JsonObject { ["username"] = "maria", ["password"] = "correct horse battery staple" },
        [nameof(RefreshRequest)] = Node(new RefreshRequest("Zk3J9r"), AuthV1Json.Default.RefreshRequest),
        [nameof(Me)] = Node(
            new Me
            {
                Id = Maria,
                Number = 7,
                UserName = "maria",
                Email = "maria@firm.example",
                FullName = "Maria Alvarez",
                Role = "attorney",
                Available = true,
                AwayUntil = null,
                Capacity = 25,
            },
            AuthV1Json.Default.Me
        ),
        [nameof(ProblemDetails)] = new JsonObject
        {
            ["title"] = "There is no lead with this id.",
            ["status"] = 404,
            ["detail"] = "There is no lead with this id.",
            ["code"] = "not_found",
        },
        [nameof(HttpValidationProblemDetails)] = new JsonObject
        {
            ["title"] = "Some fields need attention.",
            ["status"] = 400,
            ["detail"] = "email: Please enter an email address.",
            ["code"] = ProblemCode.InvalidFields,
            ["errors"] = new JsonObject { ["email"] = new JsonArray("Please enter an email address.") },
        },
        [nameof(HealthReport)] = Node(
            new HealthReport("healthy", "ok", "ok", "ok", "ok"),
            HealthJson.Default.HealthReport
        ),
        [nameof(SubmissionJson)] = new JsonObject
        {
            ["first_name"] = "Ada",
            ["last_name"] = "Lovelace",
            ["email"] = "ada@example.com",
            ["resume"] = "JVBERi0xLjQKJSVFT0YK",
            ["resume_filename"] = "Ada Lovelace.pdf",
        },
        [nameof(SubmissionPlainForm)] = new JsonObject
        {
            ["first_name"] = "Ada",
            ["last_name"] = "Lovelace",
            ["email"] = "ada@example.com",
        },
        [nameof(CompatSubmitted)] = Node(
            new CompatSubmitted("Ada", "Lovelace", "ada@example.com", "/media/resumes/2026/01/15/0199c2f0.pdf"),
            CompatJson.Default.CompatSubmitted
        ),
        [nameof(CompatLead)] = Node(CompatLead.From(AdaInBrief), CompatJson.Default.CompatLead),
        [nameof(CompatLeadDetail)] = Node(CompatLeadDetail.From(AdaInBrief), CompatJson.Default.CompatLeadDetail),
        [nameof(CompatSession)] = Node(Session, CompatJson.Default.CompatSession),
        [nameof(CompatUser)] = Node(
            new CompatUser(8, "daniel", "daniel@firm.example", "attorney"),
            CompatJson.Default.CompatUser
        ),
        [CompatDescription.FieldErrors] = new JsonObject { ["email"] = new JsonArray("Enter a valid email address.") },
        [nameof(CompatDetail)] = Node(new CompatDetail("Not found."), CompatJson.Default.CompatDetail),
        [nameof(CompatStateBody)] = new JsonObject { ["state"] = CompatLead.ReachedOut },
        [nameof(CompatLogInBody)] = new JsonObject
        {
            ["username"] = "maria",
            ["password"] = "correct horse battery staple",
        },
        [nameof(CompatChangePasswordBody)] = new JsonObject
        {
            ["old_password"] = "correct horse battery staple",
            ["new_password"] = "a better horse has no battery",
        },
        [nameof(CompatCreateUserBody)] = new JsonObject
        {
            ["username"] = "daniel",
            ["email"] = "daniel@firm.example",
            ["password"] = "correct horse battery staple",
            ["role"] = "attorney",
        },
    };

    private static readonly Dictionary<string, JsonNode?> Parameters = new(StringComparer.Ordinal)
    {
        ["limit"] = 50,
        ["offset"] = 0,
        ["cursor"] = "bjEyOA",
        ["status"] = new JsonArray("registered"),
        ["page"] = 1,
        ["page_size"] = 50,
        ["state"] = CompatLead.Pending,
        ["search"] = "ada",
        ["email"] = "ada@example.com",
        ["ordering"] = "-created_at",
        ["assigned_to"] = "me",
        ["q"] = "ada@",
        ["sort"] = "-created_at",
        ["format"] = "csv",
        ["since"] = "2026-01-31T09:00:00Z",
        ["wait"] = 20,
        ["created_from"] = "2026-01-01T00:00:00Z",
        ["created_to"] = "2026-02-01T00:00:00Z",
        ["file"] = Lead.ToString(),
        ["path"] = "2026/01/15/0199c2f0.pdf",
        ["Idempotency-Key"] = "0b4f7a6e",
        ["If-Match"] = "\"5021\"",
        ["If-Range"] = "\"5021\"",
        ["If-None-Match"] = "\"5021\"",
        ["Range"] = "bytes=0-1023",
    };

    /// <summary>The example of a body; null for one that has none.</summary>
    public static JsonNode? Of(Type body) => ByName.GetValueOrDefault(body.Name)?.DeepClone();

    /// <summary>Shows the parameters and the answers of an operation.</summary>
    public static void AddTo(OpenApiOperation operation, string door)
    {
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
            parameter.Example ??=
                parameter.Name == "id"
                    ? door == "compat"
                        ? 128
                        : (JsonNode)Lead.ToString()
                    : Parameters.GetValueOrDefault(parameter.Name!)?.DeepClone();
        foreach (var (status, answer) in operation.Responses ?? [])
        foreach (var (_, media) in answer.Content ?? new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))
            media.Example ??= Of(media.Schema, int.Parse(status, CultureInfo.InvariantCulture));
    }

    /// <summary>Shows the contracts.</summary>
    public static void AddTo(IDictionary<string, IOpenApiSchema>? schemas)
    {
        foreach (var (name, schema) in schemas ?? new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal))
            if (schema is OpenApiSchema own && ByName.GetValueOrDefault(name) is { } example)
                own.Examples = [example.DeepClone()];
    }

    private static JsonNode? Of(IOpenApiSchema? schema, int status) =>
        schema switch
        {
            OpenApiSchemaReference { Reference.Id: nameof(ProblemDetails) or nameof(CompatDetail) } problem => Problem(
                problem.Reference.Id!,
                status
            ),
            OpenApiSchemaReference { Reference.Id: { } name } => ByName.GetValueOrDefault(name)?.DeepClone(),
            OpenApiSchema { Type: JsonSchemaType.Array, Items: { } item } when Of(item, status) is { } one =>
                new JsonArray(one),
            _ => null,
        };

    private static JsonObject Problem(string name, int status)
    {
        var sentence = status switch
        {
            200 => "Successfully logged out.",
            400 => "The body is not JSON: line 1, byte 0.",
            401 => "Authentication credentials were not provided.",
            403 => "You do not have permission to perform this action.",
            404 => "Not found.",
            408 => "The submission arrived too slowly.",
            410 => "This place in the feed is gone. Start again.",
            409 => "A lead that is retained cannot become registered.",
            412 => "The lead has changed since you read it.",
            413 => "The body is too large.",
            415 => "This address takes application/json.",
            422 => "This Idempotency-Key came with another body before.",
            429 => "Request was throttled. Expected available in 12 seconds.",
            _ => "The database cannot be reached. Please try again soon.",
        };
        return name == nameof(CompatDetail)
            ? new JsonObject { ["detail"] = sentence }
            : new JsonObject
            {
                ["title"] = sentence,
                ["status"] = status,
                ["detail"] = sentence,
                ["code"] = ProblemCode.Of(status),
            };
    }

    private static JsonNode? Node<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type);
}
