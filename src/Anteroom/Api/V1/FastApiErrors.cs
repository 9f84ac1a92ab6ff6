using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Api.V1;

/// <summary>What does not validate, as FastAPI answers it (its <c>HTTPValidationError</c>).</summary>
/// <param name="Detail">Every error.</param>
internal sealed record FastApiErrors(IReadOnlyList<FastApiError> Detail)
{
    /// <summary>The same in FastAPI's words.</summary>
    /// <param name="problem">A problem, with a field map or without.</param>
    /// <param name="part">Of the request: <c>body</c> or <c>query</c>.</param>
    public static FastApiErrors Of(ProblemDetails problem, string part) =>
        new(
            problem is HttpValidationProblemDetails { Errors: var errors }
                ?
                [
                    .. errors.SelectMany(field =>
                        field.Value.Select(sentence => new FastApiError("value_error", [part, field.Key], sentence))
                    ),
                ]
                : [new("value_error", [part], problem.Detail ?? problem.Title ?? "")]
        );
}

/// <summary>One error.</summary>
/// <param name="Type">Always <c>value_error</c>.</param>
/// <param name="Loc">Where: the part of the request, and the field.</param>
/// <param name="Msg">What is wrong, for people.</param>
internal sealed record FastApiError(string Type, IReadOnlyList<string> Loc, string Msg);
