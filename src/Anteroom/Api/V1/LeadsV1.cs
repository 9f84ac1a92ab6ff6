using System.Text.Json.Serialization;
using Anteroom.Leads;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Api.V1;

/// <summary>A lead as it was taken in.</summary>
/// <param name="Id">Its key in this API.</param>
/// <param name="Number">The number people say aloud.</param>
/// <param name="FirstName">As given.</param>
/// <param name="LastName">As given.</param>
/// <param name="Email">As given.</param>
/// <param name="Status">Where it stands: <c>registered</c>.</param>
/// <param name="CreatedAt">When it was submitted, UTC.</param>
public sealed record LeadCreated(
    Guid Id,
    long Number,
    string FirstName,
    string LastName,
    string Email,
    string Status,
    DateTimeOffset CreatedAt
);

/// <summary>The door for new clients: <c>/api/v1/leads</c>, errors as problem details (RFC 9457).</summary>
public static class LeadsV1
{
    private static readonly ProblemDoor Door = new();

    /// <summary>Maps the door.</summary>
    public static void MapLeadsV1(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/api/v1/leads",
                (HttpContext context, TakeSubmission takeSubmission) =>
                    takeSubmission.RunAsync(
                        context,
                        Door,
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
                "Public. multipart/form-data with first_name, last_name, email, resume and, if you like, phone, practice_area, message."
            )
            .TakesSubmissionForm()
            .Produces<LeadCreated>(StatusCodes.Status201Created)
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status408RequestTimeout)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Errors as problem details.</summary>
    private sealed class ProblemDoor : IDoor
    {
        public IResult Invalid(SubmitResult.Invalid invalid) =>
            TypedResults.Json(
                new HttpValidationProblemDetails(invalid.Errors.ByField.ToDictionary(StringComparer.Ordinal))
                {
                    Title = "Some fields need attention.",
                    Status = StatusCodes.Status400BadRequest,
                },
                V1Json.Default.HttpValidationProblemDetails,
                "application/problem+json",
                StatusCodes.Status400BadRequest
            );

        public IResult Refused(int status, string sentence) =>
            TypedResults.Json(
                new ProblemDetails { Title = sentence, Status = status },
                V1Json.Default.ProblemDetails,
                "application/problem+json",
                status
            );
    }
}

[JsonSerializable(typeof(LeadCreated))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class V1Json : JsonSerializerContext;
