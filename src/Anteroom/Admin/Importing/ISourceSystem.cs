using Anteroom.Accounts;
using Anteroom.Leads;

namespace Anteroom.Admin;

/// <summary>Another system whose users and leads are taken over; read only.</summary>
internal interface ISourceSystem : IAsyncDisposable
{
    /// <summary>Which.</summary>
    ImportKind Kind { get; }

    /// <summary>What people call it.</summary>
    string Name { get; }

    /// <summary>Its accounts.</summary>
    Task<IReadOnlyList<ImportedUser>> UsersAsync(CancellationToken cancellation);

    /// <summary>The highest number of a lead; 0 when they have none.</summary>
    Task<long> HighestNumberAsync(CancellationToken cancellation);

    /// <summary>Its leads, in the order in which they came.</summary>
    IAsyncEnumerable<SourceLead> LeadsAsync(CancellationToken cancellation);
}

/// <summary>A lead as the other system has it; not yet looked at.</summary>
internal sealed record SourceLead
{
    /// <summary>What a report names it by.</summary>
    public required long Line { get; init; }

    /// <summary>Its number there, to be kept; null for none.</summary>
    public long? Number { get; init; }

    /// <summary>Its id there, to be kept; null for a new one.</summary>
    public Guid? Id { get; init; }

    /// <summary>What makes it the same lead when it is imported again.</summary>
    public required string Identity { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Email { get; init; }

    /// <summary>Null when its state is none that is known.</summary>
    public LeadStatus? Status { get; init; }

    /// <summary>The state in its own words.</summary>
    public string? State { get; init; }

    /// <summary>The <see cref="ImportedUser.Origin"/> of who made the first contact; null for nobody.</summary>
    public string? ReachedOutBy { get; init; }

    /// <summary>The same of who takes care of it.</summary>
    public string? AssignedTo { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Where its file is, below the folder of files; null without one.</summary>
    public string? File { get; init; }
}
