using System.Globalization;
using Anteroom.Http;
using Anteroom.Leads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Anteroom.Web.Public;

/// <summary>The pages for everybody: the form and the thanks.</summary>
public static partial class PublicPages
{
    /// <summary>Maps <c>/</c>, <c>/apply</c> and <c>/thanks/{number}</c>.</summary>
    public static void MapPublicPages(this IEndpointRouteBuilder pages)
    {
        foreach (var address in (string[])["/", "/apply"])
        {
            pages.MapGet(address, ShowForm).AllowAnonymous().InEveryLanguage();
            // No anti-forgery token: the form has no user whose rights could be borrowed, and it must work without cookies.
            pages.MapPost(address, SubmitAsync).AllowAnonymous().InEveryLanguage().DisableAntiforgery();
        }

        pages.MapGet("/thanks/{number}", Thank).AllowAnonymous().InEveryLanguage();
    }

    private const string AreYouAPerson =
        "This looks as if a program had filled in the form, so it has not been sent yet. If you are a person, please tick the box below and send it again.";

#pragma warning disable CA1859 // the generator of endpoints does not see the types of pages, which are generated too
    private static IResult ShowForm(HttpResponse response, BotTrap trap)
    {
        // Each form has a token of its own; a shared cache would hand the same one to many people.
        response.Headers.CacheControl = "private, no-cache";
        return Form(ApplyForm.Fresh(trap.Stamp()), StatusCodes.Status200OK);
    }
#pragma warning restore CA1859

    private static async Task<IResult> SubmitAsync(
        HttpContext context,
        SubmissionReader reader,
        SubmitLead submitLead,
        RateLimits limits,
        BotTrap trap,
        ILogger<ApplyForm> log,
        CancellationToken cancellation
    )
    {
        Submission? submission = null;
        try
        {
            submission = await reader.ReadFormAsync(context.Request, "form", cancellation);
            // After reading, so that the form can come back with what was typed.
            if (await limits.ForSubmissionAsync(context) is { } throttled)
            {
                throttled.Mark(context.Response);
                Sentence wait =
                    $"Many forms have come from your network just now. Nothing was saved. Please wait {throttled.Count} and send it again.";
                return Form(ApplyForm.Kept(submission, notice: wait), StatusCodes.Status429TooManyRequests);
            }

            if (trap.Suspects(submission))
                return Form(
                    ApplyForm.Kept(submission, notice: AreYouAPerson) with
                    {
                        AskIfPerson = true,
                    },
                    StatusCodes.Status422UnprocessableEntity
                );
            return await submitLead.RunAsync(submission, cancellation) switch
            {
                SubmitResult.Accepted accepted => Pages.SeeOther(
                    string.Create(CultureInfo.InvariantCulture, $"/thanks/{accepted.Number}")
                ),
                SubmitResult.Invalid invalid => Form(
                    ApplyForm.Kept(submission, invalid.Errors),
                    StatusCodes.Status422UnprocessableEntity
                ),
                var other => throw new InvalidOperationException($"Unknown result {other}."),
            };
        }
        catch (UnreadableSubmissionException unreadable)
        {
            return Form(ApplyForm.Fresh() with { Notice = unreadable.Why }, unreadable.Status);
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            NothingSaved(log, outage);
            Outage.AskToRetry(context.Response);
            Sentence notice =
                $"We cannot take your enquiry right now: a part of our system is not answering. {Outage.WhatWasSaved(outage)} Please wait half a minute and send it again.";
            var form = submission is null
                ? ApplyForm.Fresh() with
                {
                    Notice = notice,
                }
                : ApplyForm.Kept(submission, notice: notice);
            return Form(form, StatusCodes.Status503ServiceUnavailable);
        }
        finally
        {
            if (submission?.Resume is { } staged)
                await staged.DisposeAsync();
        }
    }

    private static IResult Thank(string number) =>
        long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var lead) && lead > 0
            ? Pages.Page<ThanksPage>(new { Number = lead })
            : ErrorPages.For(StatusCodes.Status404NotFound);

    private static RazorComponentResult<ApplyPage> Form(ApplyForm form, int status) =>
        Pages.Page<ApplyPage>(new { Form = form }, status);

    [LoggerMessage(LogLevel.Error, "A submission was answered 503: the database or the resume store is not available.")]
    private static partial void NothingSaved(ILogger log, Exception exception);
}
