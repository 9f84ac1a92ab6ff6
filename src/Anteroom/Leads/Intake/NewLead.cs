using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Telemetry;

namespace Anteroom.Leads;

/// <summary>A lead that is about to be committed, with all that is committed with it.</summary>
internal sealed record NewLead
{
    public required Guid Id { get; init; }

    public required long Number { get; init; }

    /// <summary>What the prospect is told instead.</summary>
    public required string Code { get; init; }

    /// <summary>UTC, in whole microseconds.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public required ValidSubmission Submission { get; init; }

    /// <summary>Where the store keeps the resume; null without one.</summary>
    public string? StorageKey { get; init; }

    /// <summary>Whom somebody has chosen for it; null: it is given out.</summary>
    public Owner? Owner { get; init; }

    /// <summary>To whom it is given out; null: somebody was chosen, or it waits.</summary>
    public Assignment? Given { get; init; }

    /// <summary>Nobody is free for it: when to look again, at the latest; null: at once.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>The resume's row.</summary>
    public required Guid ResumeId { get; init; }

    /// <summary>The trace of the request that brought it; null when it is not recorded.</summary>
    public string? Trace { get; init; } = Traces.Current;

    public IReadOnlyList<Email> Emails { get; init; } = [];

    /// <summary>Who of the firm has spoken to the prospect already; null for nobody.</summary>
    public CurrentUser? FirstContact => Submission.Entry is { HasSpoken: true } entry ? entry.By : null;

    /// <summary>When the firm promises to have reached out; null: by the clock.</summary>
    public DateTimeOffset? ContactDueAt { get; init; }

    /// <summary>When its welcome goes out; null: by the clock.</summary>
    public DateTimeOffset? WelcomeDueAt { get; init; }

    /// <summary>What emails need to know.</summary>
    public LeadBrief Brief =>
        new(Id, Number, Code, CreatedAt, Submission.Resume?.FileName, Submission.Facts, WelcomeDueAt) { Trace = Trace };

    public static NewLead Of(
        ValidSubmission submission,
        Opening opening,
        string? storageKey,
        Promise promise,
        DateTimeOffset now
    ) =>
        new()
        {
            Id = Guid.CreateVersion7(now),
            ResumeId = Guid.CreateVersion7(now),
            Number = opening.Number,
            Code = opening.Code,
            CreatedAt = now,
            ContactDueAt = promise.ContactDueAt(now),
            WelcomeDueAt = promise.WelcomeDueAt(now),
            Submission = submission,
            StorageKey = storageKey,
            Owner = opening.Owner,
        };
}
