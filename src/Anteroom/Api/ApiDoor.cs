using Anteroom.Leads;

namespace Anteroom.Api;

/// <summary>What the doors for programs have in common.</summary>
internal abstract class ApiDoor : IDoor
{
    /// <inheritdoc />
    public virtual async Task<Submission> ReadAsync(SubmissionReader reader, HttpContext context)
    {
        var submission = await reader.ReadAsync(context.Request, "api", context.RequestAborted, TakesPlainForms);
        return context.Request.Headers.TryGetValue("Idempotency-Key", out var key)
            ? submission with
            {
                IdempotencyKey = key.ToString(),
            }
            : submission;
    }

    /// <inheritdoc />
    public abstract IResult Accepted(Submission submission, SubmitResult.Accepted accepted, HttpContext context);

    /// <inheritdoc />
    public Task<IResult> InvalidAsync(Submission submission, FieldErrors errors) => Task.FromResult(Invalid(errors));

    /// <inheritdoc />
    public Task<IResult> RefusedAsync(Submission? submission, int status, Sentence sentence) =>
        Task.FromResult(Refused(status, sentence.ToString()));

    /// <inheritdoc />
    public Sentence Outage(Sentence whatWasSaved) =>
        $"Submissions cannot be taken at the moment. {whatWasSaved} Please send it again in half a minute.";

    /// <summary>Whether it takes <c>application/x-www-form-urlencoded</c>, too.</summary>
    protected virtual bool TakesPlainForms => false;

    protected abstract IResult Invalid(FieldErrors errors);

    /// <summary>The request as a whole is not accepted.</summary>
    protected abstract IResult Refused(int status, string sentence);
}
