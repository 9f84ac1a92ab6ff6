namespace Anteroom.Leads;

/// <summary>The result of a submission.</summary>
public abstract record SubmitResult
{
    private SubmitResult() { }

    /// <summary>Durable: lead, file, emails and the timeline entry.</summary>
    /// <param name="Id">The lead's id.</param>
    /// <param name="Number">The lead's number.</param>
    /// <param name="Code">What the prospect is told instead (<see cref="LeadCode"/>).</param>
    /// <param name="CreatedAt">When it was submitted first, UTC.</param>
    /// <param name="StorageKey">Where the store keeps the resume; null when there is none.</param>
    /// <param name="Repeated">True when the same form had been submitted before: this is that lead, and nothing was added.</param>
    public sealed record Accepted(
        Guid Id,
        long Number,
        string Code,
        DateTimeOffset CreatedAt,
        string? StorageKey,
        bool Repeated
    ) : SubmitResult;

    /// <summary>Nothing was kept: the idempotency key was used for a different submission within the last day.</summary>
    public sealed record KeyReused : SubmitResult;

    /// <summary>Nothing was kept.</summary>
    public sealed record Invalid(FieldErrors Errors) : SubmitResult;
}
