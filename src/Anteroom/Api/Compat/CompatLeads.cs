using System.Text.Json.Serialization;
using Anteroom.Leads;
using Anteroom.Operations;

namespace Anteroom.Api.Compat;

/// <summary>A lead as the Django-style API answers a submission.</summary>
/// <param name="FirstName">As given.</param>
/// <param name="LastName">As given.</param>
/// <param name="Email">As given.</param>
/// <param name="Resume">Path of the file, which only signed-in users may fetch.</param>
public sealed record CompatSubmitted(string FirstName, string LastName, string Email, string Resume);

/// <summary>A problem that is not about a field.</summary>
/// <param name="Detail">What is wrong.</param>
public sealed record CompatDetail(string Detail);

/// <summary>The Django-style door for leads: <c>/api/leads/</c>, with and without the slash at the end.</summary>
public static class CompatLeads
{
    private static readonly CompatDoor Door = new();

    /// <summary>Maps the door.</summary>
    public static void MapCompatLeads(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/api/leads",
                (HttpContext context, TakeSubmission takeSubmission) =>
                    takeSubmission.RunAsync(
                        context,
                        Door,
                        (sent, done) =>
                            TypedResults.Json(
                                new CompatSubmitted(
                                    sent.FirstName!.Trim(),
                                    sent.LastName!.Trim(),
                                    sent.Email!.Trim(),
                                    $"/media/resumes/{done.StorageKey}"
                                ),
                                CompatJson.Default.CompatSubmitted,
                                statusCode: StatusCodes.Status201Created
                            )
                    )
            )
            .AllowAnonymous()
            .LimitSubmissions()
            .DisableAntiforgery() // no cookie is looked at: anybody may submit
            .WithGroupName("compat")
            .WithTags("Leads")
            .WithSummary("Submit a lead")
            .WithDescription(
                "Public. multipart/form-data with first_name, last_name, email, resume and, if you like, phone, practice_area, message."
            )
            .TakesSubmissionForm()
            .Produces<CompatSubmitted>(StatusCodes.Status201Created)
            .Produces<Dictionary<string, string[]>>(StatusCodes.Status400BadRequest)
            .Produces<CompatDetail>(StatusCodes.Status408RequestTimeout)
            .Produces<CompatDetail>(StatusCodes.Status413PayloadTooLarge)
            .Produces<CompatDetail>(StatusCodes.Status415UnsupportedMediaType)
            .Produces<CompatDetail>(StatusCodes.Status429TooManyRequests)
            .Produces<CompatDetail>(StatusCodes.Status503ServiceUnavailable);

    /// <summary>Errors as Django REST framework words them.</summary>
    private sealed class CompatDoor : IDoor
    {
        public IResult Invalid(SubmitResult.Invalid invalid) =>
            TypedResults.Json(
                invalid.Errors.ByField.ToDictionary(StringComparer.Ordinal),
                CompatJson.Default.DictionaryStringStringArray,
                statusCode: StatusCodes.Status400BadRequest
            );

        public IResult Refused(int status, string sentence) =>
            TypedResults.Json(new CompatDetail(sentence), CompatJson.Default.CompatDetail, statusCode: status);
    }
}

[JsonSerializable(typeof(CompatSubmitted))]
[JsonSerializable(typeof(CompatDetail))]
[JsonSerializable(typeof(Dictionary<string, string[]>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class CompatJson : JsonSerializerContext;
