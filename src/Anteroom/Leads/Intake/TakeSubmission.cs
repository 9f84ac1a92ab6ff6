using Anteroom.Http;
using Anteroom.Telemetry;

namespace Anteroom.Leads;

/// <summary>What is specific to a door: how it reads a submission, whether it holds one back, and how it words the answer.</summary>
internal interface IDoor
{
    /// <summary>Reads what was sent.</summary>
    /// <exception cref="UnreadableSubmissionException">It is not a submission.</exception>
    Task<Submission> ReadAsync(SubmissionReader reader, HttpContext context);

    /// <summary>An answer instead of submitting, as for too many at once; null to go on.</summary>
    Task<IResult?> HoldAsync(Submission submission, HttpContext context) => Task.FromResult<IResult?>(null);

    /// <summary>It was taken.</summary>
    IResult Accepted(Submission submission, SubmitResult.Accepted accepted, HttpContext context);

    /// <summary>Fields are wrong.</summary>
    Task<IResult> InvalidAsync(Submission submission, FieldErrors errors);

    /// <summary>The request as a whole is not accepted.</summary>
    /// <param name="submission">What was read; null when it could not be read.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="sentence">Why.</param>
    Task<IResult> RefusedAsync(Submission? submission, int status, Sentence sentence);

    /// <summary>What to say when a part of Anteroom is down.</summary>
    /// <param name="whatWasSaved">A sentence.</param>
    Sentence Outage(Sentence whatWasSaved);
}

/// <summary>What every door does with a submission: read, submit, answer. No failure becomes a bare 500.</summary>
internal sealed class TakeSubmission(SubmissionReader reader, SubmitLead submitLead)
{
    /// <summary>Answers in the words of <paramref name="door"/>.</summary>
    public async Task<IResult> RunAsync(HttpContext context, IDoor door)
    {
        Submission? submission = null;
        try
        {
            submission = await door.ReadAsync(reader, context);
            if (await door.HoldAsync(submission, context) is { } held)
                return held;
            var result = await submitLead.RunAsync(submission, context.RequestAborted);
            Measures.Submitted(submission.Source, Outcome(result));
            return result switch
            {
                SubmitResult.Accepted accepted => door.Accepted(submission, accepted, context),
                SubmitResult.Invalid invalid => await door.InvalidAsync(submission, invalid.Errors),
                SubmitResult.KeyReused => await door.RefusedAsync(
                    submission,
                    StatusCodes.Status422UnprocessableEntity,
                    "This Idempotency-Key was used for another submission. Please use a new key for each submission."
                ),
                var other => throw new InvalidOperationException($"Unknown result {other}."),
            };
        }
        catch (UnreadableSubmissionException unreadable)
        {
            return await door.RefusedAsync(submission: null, unreadable.Status, unreadable.Why);
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            Outage.AskToRetry(context, outage);
            Measures.Submitted(submission?.Source ?? "unread", "unavailable");
            return await door.RefusedAsync(
                submission,
                StatusCodes.Status503ServiceUnavailable,
                door.Outage(Outage.WhatWasSaved(outage))
            );
        }
        finally
        {
            if (submission?.Resume is { } staged)
                await staged.DisposeAsync();
        }
    }

    private static string Outcome(SubmitResult result) =>
        result switch
        {
            SubmitResult.Accepted { Repeated: true } => "repeated",
            SubmitResult.Accepted => "accepted",
            _ => "invalid",
        };
}
