using Anteroom.Api.Documents;
using Anteroom.Http;
using Anteroom.Leads;

namespace Anteroom.Api.V1;

/// <summary>Submitting through the JWT door: <c>POST /api/v1/leads</c>, for everybody.</summary>
public static class SubmitLeadV1
{
    /// <summary>Maps it.</summary>
    public static void MapSubmitLeadV1(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/api/v1/leads",
                (HttpContext context, TakeSubmission takeSubmission) =>
                    takeSubmission.RunAsync(
                        context,
                        Problem.Door,
                        (sent, done) =>
                        {
                            context.Response.Headers.Location = $"/api/v1/leads/{done.Id}";
                            return TypedResults.Json(
                                new LeadCreated(
                                    done.Id,
                                    done.Number,
                                    sent.FirstName!.Trim(),
                                    sent.LastName!.Trim(),
                                    sent.Email!.Trim(),
                                    LeadStatus.Registered.ToWire(),
                                    done.CreatedAt
                                ),
                                V1Json.Default.LeadCreated,
                                statusCode: StatusCodes.Status201Created
                            );
                        }
                    )
            )
            .AllowAnonymous()
            .DisableAntiforgery() // no cookie is looked at: anybody may submit
            .WithGroupName("v1")
            .WithTags("Leads")
            .WithSummary("Submit a lead")
            .WithDescription(
                "Public. multipart/form-data with first_name, last_name, email, resume and, if you like, phone, practice_area, message. With an Idempotency-Key the same submission may be sent again for a day without making a second lead."
            )
            .LimitSubmissions()
            .TakesSubmission()
            .TakesHeader(
                "Idempotency-Key",
                "Any text of your own: the same body with the same key gets the same answer for a day, another body 422."
            )
            .Produces<LeadCreated>(StatusCodes.Status201Created)
            .AnswersHeader(StatusCodes.Status201Created, "Location", "Where the lead is.")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
}
