using Anteroom.Leads;
using Anteroom.Resumes;
using Npgsql;

namespace Anteroom.Api;

/// <summary>How one of the doors words what went wrong.</summary>
public interface IDoor
{
    /// <summary>Fields are wrong.</summary>
    IResult Invalid(SubmitResult.Invalid invalid);

    /// <summary>The request as a whole is not accepted.</summary>
    IResult Refused(int status, string sentence);
}

/// <summary>What every door does with a public submission, whatever its wire format.</summary>
internal static class Doors
{
    /// <summary>How long a client should wait when something of ours is down, in seconds.</summary>
    private const string RetryAfterSeconds = "30";

    /// <summary>Reads, submits and answers; no failure leaves as a bare 500.</summary>
    public static async Task<IResult> SubmitAsync(
        HttpContext context,
        IDoor door,
        SubmissionReader reader,
        SubmitLead submitLead,
        Func<Submission, SubmitResult.Accepted, IResult> accepted
    )
    {
        try
        {
            var submission = await reader.ReadFormAsync(context.Request, "api", context.RequestAborted);
            await using var resume = submission.Resume;
            return await submitLead.RunAsync(submission, context.RequestAborted) switch
            {
                SubmitResult.Accepted done => accepted(submission, done),
                SubmitResult.Invalid invalid => door.Invalid(invalid),
                _ => throw new InvalidOperationException("A result of SubmitLead is not known here."),
            };
        }
        catch (UnreadableSubmissionException problem)
        {
            return door.Refused(problem.Status, problem.Message);
        }
        catch (Exception error) when (error is StorageUnavailableException or NpgsqlException or TimeoutException)
        {
            context.Response.Headers.RetryAfter = RetryAfterSeconds;
            return door.Refused(
                StatusCodes.Status503ServiceUnavailable,
                "Submissions cannot be taken at the moment. Nothing was saved; please send it again in half a minute."
            );
        }
    }
}
