using System.Text.Json;
using Anteroom.Accounts;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Leads;

/// <summary>Changes that can be undone.</summary>
public enum UndoKind
{
    /// <summary>They were moved to another status.</summary>
    Status,

    /// <summary>They were assigned or unassigned.</summary>
    Assignment,

    /// <summary>They were put into the trash.</summary>
    Deletion,
}

/// <summary>Why a lead was skipped.</summary>
public enum LeftOut
{
    /// <summary>There was nothing to change.</summary>
    AlreadySo,

    /// <summary>The rules of the funnel do not allow the move.</summary>
    NotAllowed,

    /// <summary>Its welcome email is being sent.</summary>
    BeingWelcomed,

    /// <summary>It is gone, or out of sight.</summary>
    NotFound,

    /// <summary>It is on legal hold.</summary>
    OnHold,
}

/// <summary>The values that a change of status or owner can change, before the change.</summary>
public sealed record LeadSnapshot
{
    /// <summary>The key.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its number.</summary>
    public required long Number { get; init; }

    /// <summary>Its status.</summary>
    public required LeadStatus Status { get; init; }

    /// <summary>Who had reached out.</summary>
    public Guid? ReachedOutBy { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? ReachedOutAt { get; init; }

    /// <summary>When somebody of the firm had written to the prospect.</summary>
    public DateTimeOffset? WrittenToAt { get; init; }

    /// <summary>When it was retained.</summary>
    public DateTimeOffset? RetainedAt { get; init; }

    /// <summary>When it was closed.</summary>
    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>Whether somebody had to call.</summary>
    public bool NeedsCall { get; init; }

    /// <summary>Who had it.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? AssignedAt { get; init; }

    /// <summary>The current lead.</summary>
    public static LeadSnapshot Of(Lead lead) =>
        new()
        {
            Id = lead.Id,
            Number = lead.Number,
            Status = lead.Status,
            ReachedOutBy = lead.ReachedOutBy,
            ReachedOutAt = lead.ReachedOutAt,
            WrittenToAt = lead.WrittenToAt,
            RetainedAt = lead.RetainedAt,
            ClosedAt = lead.ClosedAt,
            NeedsCall = lead.NeedsCall,
            AssignedTo = lead.AssignedTo,
            AssignedAt = lead.AssignedAt,
        };
}

/// <summary>Whether an email could be called back.</summary>
public enum CalledBack
{
    /// <summary>It had not been sent, and will not be.</summary>
    InTime,

    /// <summary>It has been sent, or was being sent.</summary>
    TooLate,
}

/// <summary>What was done to a selection of leads, for the message on the page.</summary>
/// <param name="Id">For undoing it.</param>
/// <param name="Kind">The wire name of an <see cref="UndoKind"/>.</param>
/// <param name="Became">The status, by wire name, or the owner's name; null for nobody.</param>
/// <param name="Changed">How many leads.</param>
/// <param name="LeftOut">How many were left out, by the wire name of the reason.</param>
/// <param name="Restored">How many leads undo restored; null when it was not undone.</param>
public sealed record ChangeSummary(
    Guid Id,
    string Kind,
    string? Became,
    int Changed,
    IReadOnlyDictionary<string, int> LeftOut,
    int? Restored
)
{
    /// <summary>What became of the letter that went with it, as undo found it; null when there was none.</summary>
    public CalledBack? Letter { get; init; }
}

/// <summary>A user's change to leads, kept for a day so that it can be undone.</summary>
public sealed class Undo
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who did it, and may undo it.</summary>
    public required Guid UserId { get; init; }

    /// <summary>What.</summary>
    public required UndoKind Kind { get; init; }

    /// <summary>The status, by wire name, or the owner's name; null for nobody.</summary>
    public string? Became { get; init; }

    /// <summary>When; the leads' <see cref="Lead.UpdatedAt"/> as long as nobody has changed them since.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>JSON of <see cref="LeadSnapshot"/>.</summary>
    public required string Leads { get; init; }

    /// <summary>The leads as they were before.</summary>
    public IReadOnlyList<LeadSnapshot> Before() =>
        JsonSerializer.Deserialize<List<LeadSnapshot>>(Leads, JsonSerializerOptions.Web)!;

    /// <summary>How many.</summary>
    public required int Changed { get; init; }

    /// <summary>JSON: how many were left out, by reason.</summary>
    public required string LeftOut { get; init; }

    /// <summary>When it was undone; null when it was not.</summary>
    public DateTimeOffset? UndoneAt { get; init; }

    /// <summary>How many leads undo restored.</summary>
    public int? Restored { get; init; }

    /// <summary>What to keep.</summary>
    public static Undo Of(
        UndoKind kind,
        string? became,
        IReadOnlyList<LeadSnapshot> leads,
        IReadOnlyDictionary<string, int> leftOut,
        CurrentUser by,
        DateTimeOffset at
    ) =>
        new()
        {
            Id = Guid.CreateVersion7(at),
            UserId = by.Id,
            Kind = kind,
            Became = became,
            At = at,
            Leads = JsonSerializer.Serialize(leads, JsonSerializerOptions.Web),
            Changed = leads.Count,
            LeftOut = JsonSerializer.Serialize(leftOut, JsonSerializerOptions.Web),
        };

    /// <summary>For the message on the page.</summary>
    public ChangeSummary ToSummary() =>
        new(
            Id,
            Kind.ToWire(),
            Became,
            Changed,
            JsonSerializer.Deserialize<Dictionary<string, int>>(LeftOut, JsonSerializerOptions.Web)!,
            Restored
        );
}

internal sealed class UndoConfiguration : IEntityTypeConfiguration<Undo>
{
    public void Configure(EntityTypeBuilder<Undo> undo)
    {
        undo.ToTable("undos");
        undo.Property(x => x.Leads).HasColumnType("jsonb");
        undo.Property(x => x.LeftOut).HasColumnType("jsonb");
        undo.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
        undo.HasIndex(x => x.UserId);
        undo.HasIndex(x => x.At);
    }
}
