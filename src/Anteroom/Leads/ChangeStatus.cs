using Anteroom.Accounts;

namespace Anteroom.Leads;

/// <summary>What became of a change of status.</summary>
public abstract record ChangeStatusResult
{
    private ChangeStatusResult() { }

    /// <summary>Done.</summary>
    public sealed record Changed(LeadStatus From, LeadStatus To) : ChangeStatusResult;

    /// <summary>It already has that status: nothing to do, and nothing to be alarmed about.</summary>
    public sealed record AlreadySo(LeadStatus Status) : ChangeStatusResult;

    /// <summary>The rules do not allow the move.</summary>
    public sealed record NotAllowed(LeadStatus From, LeadStatus To) : ChangeStatusResult;

    /// <summary>Somebody changed the lead since the caller read it; nothing was overwritten.</summary>
    public sealed record ChangedMeanwhile(LeadStatus Now, string? ByName) : ChangeStatusResult;

    /// <summary>There is no such lead.</summary>
    public sealed record NotFound : ChangeStatusResult;
}

/// <summary>Moves a lead to another status and writes the timeline entry in the same transaction.</summary>
public sealed class ChangeStatus
{
    /// <summary>Moves lead <paramref name="number"/> to <paramref name="next"/>.</summary>
    /// <param name="number">The lead's number.</param>
    /// <param name="next">The status to move to.</param>
    /// <param name="version">The <see cref="Lead.Version"/> that the caller saw; null to not compare.</param>
    /// <param name="by">Who does it.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public Task<ChangeStatusResult> RunAsync(
        long number,
        LeadStatus next,
        uint? version,
        CurrentUser by,
        CancellationToken cancellation
    ) => throw new NotSupportedException();
}
