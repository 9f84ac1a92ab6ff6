using Anteroom.Api.Documents;
using Anteroom.Http;
using Anteroom.Leads;

namespace Anteroom.Api.V1;

/// <summary>Submitting through the JWT door: <c>POST /api/v1/leads</c>, for everybody.</summary>
internal static class SubmitLeadV1
{
    private static readonly V1Door Door = new();

    public static void MapSubmitLeadV1(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/api/v1/leads",
                (HttpContext context, TakeSubmission takeSubmission) => takeSubmission.RunAsync(context, Door)
            )
            .AllowAnonymous()
            .DisableAntiforgery() // no cookie is looked at: anybody may submit
            .WithGroupName("v1")
            .WithTags("Leads")
            .WithSummary("Submit a lead")
            .WithDescription(
                "Public. As multipart/form-data with the resume as a file, or as application/json with the resume as base64. With an Idempotency-Key the same submission may be sent again for a day without making a second lead."
            )
            .LimitSubmissions()
            .TakesSubmission()
            .Produces<LeadCreated>(StatusCodes.Status201Created)
            .AnswersHeader(StatusCodes.Status201Created, "Location", "Where the lead is.")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <summary>How this door words what became of a submission.</summary>
    private sealed class V1Door : ApiDoor
    {
        public override IResult Accepted(Submission submission, SubmitResult.Accepted accepted, HttpContext context)
        {
            context.Response.Headers.Location = $"/api/v1/leads/{accepted.Id}";
            return TypedResults.Json(
                new LeadCreated
                {
                    Id = accepted.Id,
                    Number = accepted.Number,
                    Code = accepted.Code,
                    FirstName = submission.Texts["first_name"]!.Trim(),
                    LastName = PersonName.OrNone(submission.Texts["last_name"]),
                    Email = submission.Texts["email"]!.Trim(),
                    Status = LeadStatus.Registered.ToWire(),
                    CreatedAt = accepted.CreatedAt,
                },
                V1Json.Default.LeadCreated,
                statusCode: StatusCodes.Status201Created
            );
        }

        protected override IResult Invalid(FieldErrors errors) => Problem.Fields(errors);

        protected override IResult Refused(int status, string sentence) => Problem.Of(status, sentence);
    }
}
