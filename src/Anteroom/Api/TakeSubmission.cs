using Anteroom.Http;
using Anteroom.Leads;

namespace Anteroom.Api;

/// <summary>How one of the doors words what went wrong.</summary>
public interface IDoor
{
    /// <summary>Fields are wrong.</summary>
    IResult Invalid(SubmitResult.Invalid invalid);

    /// <summary>The request as a whole is not accepted.</summary>
    IResult Refused(int status, string sentence);
}

/// <summary>What every door for programs does with a public submission: read, submit, answer; no failure leaves as a bare 500.</summary>
public sealed partial class TakeSubmission(
    SubmissionReader reader,
    SubmitLead submitLead,
    ILogger<TakeSubmission> logger
)
{
    /// <summary>Answers in the words of <paramref name="door"/>, or with <paramref name="accepted"/>.</summary>
    public async Task<IResult> RunAsync(
        HttpContext context,
        IDoor door,
        Func<Submission, SubmitResult.Accepted, IResult> accepted
    )
    {
        try
        {
            var submission = await reader.ReadAsync(context.Request, "api", context.RequestAborted);
            if (context.Request.Headers.TryGetValue("Idempotency-Key", out var key))
                submission = submission with { IdempotencyKey = key.ToString() };
            await using var resume = submission.Resume;
            return await submitLead.RunAsync(submission, context.RequestAborted) switch
            {
                SubmitResult.Accepted done => accepted(submission, done),
                SubmitResult.Invalid invalid => door.Invalid(invalid),
                SubmitResult.KeyReused => door.Refused(
                    StatusCodes.Status422UnprocessableEntity,
                    "This Idempotency-Key was used for another submission. Please use a new key for each submission."
                ),
                var other => throw new InvalidOperationException($"Unknown result {other}."),
            };
        }
        catch (UnreadableSubmissionException problem)
        {
            return door.Refused(problem.Status, problem.Message);
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            NothingSaved(logger, outage);
            Outage.AskToRetry(context.Response);
            return door.Refused(
                StatusCodes.Status503ServiceUnavailable,
                $"Submissions cannot be taken at the moment. {Outage.WhatWasSaved(outage)} Please send it again in half a minute."
            );
        }
    }

    [LoggerMessage(LogLevel.Error, "A submission was answered 503: the database or the resume store is not available.")]
    private static partial void NothingSaved(ILogger log, Exception exception);
}
