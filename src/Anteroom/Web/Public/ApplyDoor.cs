using Anteroom.Http;
using Anteroom.Leads;

namespace Anteroom.Web.Public;

/// <summary>The public form as a door: what cannot be taken comes back as the form, with everything that was typed.</summary>
internal sealed class ApplyDoor(RateLimits limits, BotTrap trap) : IDoor
{
    private const string AreYouAPerson =
        "This form looks as if a program filled it in, so it has not been sent yet. If you are a person, please tick the box below and send it again.";

    private const string OnceMore =
        "That was so quick that we have to ask: please press Send once more. Nothing has been sent yet.";

    public async Task<Submission> ReadAsync(SubmissionReader reader, HttpContext context)
    {
        var submission = await reader.ReadFormAsync(context.Request, "form", context.RequestAborted);
        MeantAddress.Take(submission.Texts);
        return submission;
    }

    /// <summary>Stops too many submissions at once, and programs; after reading, so that the form comes back with what was typed.</summary>
    public async Task<IResult?> HoldAsync(Submission submission, HttpContext context)
    {
        if (await limits.ForSubmissionAsync(context) is { } throttled)
        {
            throttled.Mark(context.Response);
            Sentence wait =
                $"Many forms have come from your network just now. Nothing was saved. Please wait {throttled.Count} and send it again.";
            return Form(ApplyForm.Kept(submission, problem: wait), StatusCodes.Status429TooManyRequests);
        }

        return trap.Of(submission) switch
        {
            Suspicion.Bait => Form(
                ApplyForm.Kept(submission, problem: AreYouAPerson) with
                {
                    AskIfPerson = true,
                },
                StatusCodes.Status422UnprocessableEntity
            ),
            Suspicion.Fast => Form(
                ApplyForm.Kept(submission, problem: OnceMore) with
                {
                    IsPerson = true,
                },
                StatusCodes.Status422UnprocessableEntity
            ),
            _ => null,
        };
    }

    public IResult Accepted(Submission submission, SubmitResult.Accepted accepted, HttpContext context) =>
        Pages.SeeOther($"/thanks/{accepted.Code}");

    public Task<IResult> InvalidAsync(Submission submission, FieldErrors errors) =>
        Task.FromResult(Form(ApplyForm.Kept(submission, errors), StatusCodes.Status422UnprocessableEntity));

    public Task<IResult> RefusedAsync(Submission? submission, int status, Sentence sentence) =>
        Task.FromResult(
            Form(
                submission is null
                    ? ApplyForm.Fresh() with
                    {
                        Problem = sentence,
                    }
                    : ApplyForm.Kept(submission, problem: sentence),
                status
            )
        );

    public Sentence Outage(Sentence whatWasSaved) =>
        $"We cannot take your inquiry right now: a part of our system is not answering. {whatWasSaved} Please wait half a minute and send it again.";

#pragma warning disable CA1859 // the generator of endpoints does not see the types of pages, which are generated too
    public static IResult Form(ApplyForm form, int status) => Pages.Page<ApplyPage>(new { Form = form }, status);
#pragma warning restore CA1859
}
