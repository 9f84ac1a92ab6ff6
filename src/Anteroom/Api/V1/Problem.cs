using Anteroom.Leads;
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

    /// <summary>Why nothing was changed about a lead.</summary>
    public static IResult Of(Refusal refusal) =>
        refusal switch
        {
            Refusal.Invalid invalid => Fields(invalid.Errors),
            LeadRefusal.NotAllowed(var from, var to) => Of(
                StatusCodes.Status409Conflict,
                $"A lead cannot go from {from.ToWire()} to {to.ToWire()}. From there it can go to {string.Join(", ", from.NextStatuses.Select(next => next.ToWire()))}."
            ),
            LeadRefusal.BeingWelcomed => Of(
                StatusCodes.Status409Conflict,
                "The welcome email is being sent at this moment. Try again in a few seconds."
            ),
            _ => NoLead,
        };

    public static IResult Of(int status, string sentence) =>
        TypedResults.Json(
            new ProblemDetails { Title = sentence, Status = status },
            V1Json.Default.ProblemDetails,
            MediaType,
            status
        );

    public static IResult NoLead { get; } = Of(StatusCodes.Status404NotFound, "There is no lead with this id.");
}
