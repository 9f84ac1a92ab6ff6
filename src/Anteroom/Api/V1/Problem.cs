using Anteroom.Leads;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Anteroom.Api.V1;

/// <summary>Answers of the JWT door when something is wrong: problem details (RFC 9457), with a field map where fields are wrong.</summary>
internal static class Problem
{
    /// <summary>400: every wrong field with what would be right.</summary>
    public static IResult Fields(FieldErrors errors) => Fields(errors.InEnglish());

    /// <summary>The same with an OAuth error code (RFC 6749 section 5.2).</summary>
    public static IResult Fields(Dictionary<string, string[]> errors, string? oauth = null)
    {
        var details = new HttpValidationProblemDetails(errors)
        {
            Title = "Some fields need attention.",
            Status = StatusCodes.Status400BadRequest,
            Detail = string.Join(
                ' ',
                errors.SelectMany(field => field.Value.Select(sentence => $"{field.Key}: {sentence}"))
            ),
            Extensions = { ["code"] = ProblemCode.InvalidFields },
        };
        if (oauth is not null)
            details.Extensions["error"] = oauth;
        return new Answer(details);
    }

    /// <summary>Why nothing was changed about a lead.</summary>
    public static IResult Of(Refusal refusal) =>
        refusal switch
        {
            Refusal.Invalid invalid => Fields(invalid.Errors),
            LeadRefusal.NotAllowed(var from, var to) => Of(
                StatusCodes.Status409Conflict,
                $"A lead cannot go from {from.ToWire()} to {to.ToWire()}. From there it can go to {string.Join(", ", from.NextStatuses.Select(next => next.ToWire()))}.",
                ProblemCode.MoveNotAllowed
            ),
            LeadRefusal.BeingWelcomed => Of(
                StatusCodes.Status409Conflict,
                "The welcome email is being sent at this moment. Try again in a few seconds.",
                ProblemCode.BeingWelcomed
            ),
            LeadRefusal.OnHold => Of(
                StatusCodes.Status409Conflict,
                "The lead is on legal hold: nothing of it is removed until an administrator releases the hold."
            ),
            _ => NoLead,
        };

    /// <summary>One sentence, which is the detail as well: clients of FastAPI read that.</summary>
    /// <param name="status">Of the answer.</param>
    /// <param name="sentence">Why.</param>
    /// <param name="code">For programs; the ordinary one of the status when left out.</param>
    public static IResult Of(int status, string sentence, string? code = null) =>
        new Answer(
            new ProblemDetails
            {
                Title = sentence,
                Status = status,
                Detail = sentence,
                Extensions = { ["code"] = code ?? ProblemCode.Of(status) },
            }
        );

    /// <summary>Title and detail with an OAuth error code, which is the code as well.</summary>
    public static IResult Of(int status, string oauth, string title, string detail) =>
        new Answer(
            new ProblemDetails
            {
                Title = title,
                Status = status,
                Detail = detail,
                Extensions = { ["code"] = oauth, ["error"] = oauth },
            }
        );

    public static IResult NoLead { get; } = Of(StatusCodes.Status404NotFound, "There is no lead with this id.");

    /// <summary>Needs the settings, which only the request leads to.</summary>
    private sealed class Answer(ProblemDetails details) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => details.Status;

        public Task ExecuteAsync(HttpContext httpContext)
        {
            var status = details.Status!.Value;
            if (
                status == StatusCodes.Status400BadRequest
                && httpContext.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.FastApiValidation
            )
                return TypedResults
                    .Json(
                        FastApiErrors.Of(details, HttpMethods.IsGet(httpContext.Request.Method) ? "query" : "body"),
                        V1Json.Default.FastApiErrors,
                        statusCode: StatusCodes.Status422UnprocessableEntity
                    )
                    .ExecuteAsync(httpContext);
            const string mediaType = "application/problem+json";
            return details is HttpValidationProblemDetails fields
                ? TypedResults
                    .Json(
                        Of(httpContext, new HttpValidationProblemDetails(fields.Errors)),
                        V1Json.Default.HttpValidationProblemDetails,
                        mediaType,
                        status
                    )
                    .ExecuteAsync(httpContext)
                : TypedResults
                    .Json(Of(httpContext, new ProblemDetails()), V1Json.Default.ProblemDetails, mediaType, status)
                    .ExecuteAsync(httpContext);
        }

        /// <summary>The details with the name of this request: those of some answers are shared by all.</summary>
        private TDetails Of<TDetails>(HttpContext context, TDetails own)
            where TDetails : ProblemDetails
        {
            (own.Title, own.Status, own.Detail) = (details.Title, details.Status, details.Detail);
            foreach (var (name, value) in details.Extensions)
                own.Extensions[name] = value;
            own.Extensions["request_id"] = context.TraceIdentifier;
            return own;
        }
    }
}
