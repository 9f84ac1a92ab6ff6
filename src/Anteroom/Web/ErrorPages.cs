using Anteroom.Http;
using Anteroom.Web.Layout;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Anteroom.Web;

/// <summary>Answers a person, not a program, when a page cannot be shown. The APIs answer their own errors.</summary>
internal static partial class ErrorPages
{
    private static readonly string[] Machines =
    [
        "/api",
        "/media",
        "/health",
        "/metrics",
        "/openapi",
        "/swagger",
        "/redoc",
    ];

    /// <summary>Handles what later middleware throws or leaves without a body, except under the addresses of the APIs.</summary>
    public static IApplicationBuilder UseErrorPages(this IApplicationBuilder app) =>
        app.UseWhen(
            IsForPeople,
            pages =>
            {
                pages.UseUnhandledErrors(AnswerUnhandledAsync);
                pages.UseStatusCodePages(context => AnswerStatusAsync(context.HttpContext));
            }
        );

    /// <summary>The page for <paramref name="status"/>, with our words for it.</summary>
    public static IResult For(int status) => Show(status, Words(status));

    /// <summary>The page for <paramref name="status"/>, with its own title and sentence.</summary>
    public static IResult For(int status, string title, string sentence) => Show(status, (title, sentence));

    /// <summary>404: a page for people, the bare status code for programs.</summary>
    public static IResult NotFound(HttpContext context) =>
        IsForPeople(context) ? For(StatusCodes.Status404NotFound) : Results.NotFound();

    private static bool IsForPeople(HttpContext context) =>
        !Array.Exists(
            Machines,
            prefix => context.Request.Path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase)
        );

    private static RazorComponentResult<ErrorPage> Show(int status, (string Title, string Sentence) words) =>
        Pages.Page<ErrorPage>(
            new
            {
                Status = status,
                words.Title,
                words.Sentence,
            },
            status
        );

    private static Task AnswerUnhandledAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return AnswerStatusAsync(context);
    }

    private static Task AnswerStatusAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        ReadersCulture.Apply(context);
        var page = context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false }
            ? For(
                status,
                "That form has gone stale",
                "It was open for too long, or it was sent from another site. Nothing was changed. Go back, reload the page and send it again."
            )
            : For(status);
        return page.ExecuteAsync(context);
    }

    private static (string Title, string Sentence) Words(int status) =>
        status switch
        {
            400 => (
                "We did not understand that request",
                "Something in the address or the form is wrong. Go back and try again."
            ),
            401 => ("Please sign in", "This page is for people at the firm. Sign in and open it again."),
            403 => ("Not for your account", "Your account cannot open this page. An administrator can change that."),
            404 => ("There is nothing here", "The address may be mistyped, or what was here has been removed."),
            405 => ("That is not possible here", "This page cannot be used that way. Go back and try again."),
            408 => (
                "That took too long",
                "The connection was too slow and the request was abandoned. Nothing was saved. Please try again."
            ),
            413 => ("That is too large", "What was sent is larger than this page accepts. Nothing was saved."),
            415 => ("That format is not understood", "What was sent is not a filled-in form. Nothing was saved."),
            429 => ("Too many requests", "Please wait a minute and try again."),
            503 => (
                "We cannot do that right now",
                "A part of the system is not answering. Nothing was changed. Please try again in half a minute."
            ),
            _ => (
                "Something went wrong on our side",
                "The error has been recorded. Please try again; if it happens again, tell the firm."
            ),
        };
}
