using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Api.V1;

/// <summary>Answers of the JWT door when something is wrong: problem details (RFC 9457), with a field map where fields are wrong.</summary>
internal static class Problem
{
    private const string MediaType = "application/problem+json";

    /// <summary>400: every wrong field with what would be right.</summary>
    public static IResult Fields(FieldErrors errors) =>
        TypedResults.Json(
            new HttpValidationProblemDetails(errors.InEnglish())
            {
                Title = "Some fields need attention.",
                Status = StatusCodes.Status400BadRequest,
            },
            V1Json.Default.HttpValidationProblemDetails,
            MediaType,
            StatusCodes.Status400BadRequest
        );

    /// <summary>Any other problem.</summary>
    public static IResult Of(int status, string sentence) =>
        TypedResults.Json(
            new ProblemDetails { Title = sentence, Status = status },
            V1Json.Default.ProblemDetails,
            MediaType,
            status
        );

    /// <summary>404.</summary>
    public static IResult NoLead { get; } = Of(StatusCodes.Status404NotFound, "There is no lead with this id.");
}
