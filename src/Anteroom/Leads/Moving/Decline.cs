using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// Why a lead was declined. It counts as long as the lead is closed since <see cref="At"/>: a decline that was undone, or made by a node
/// of the version before, has another instant.
/// </summary>
internal sealed class Decline
{
    /// <summary>The lead.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>When, UTC: the lead's <see cref="Lead.ClosedAt"/>.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>One of the firm's reasons, as it was written then; null for none of them.</summary>
    public string? Reason { get; init; }

    /// <summary>What was written beside it, or in its place.</summary>
    public string? Note { get; init; }
}

/// <summary>Why a lead moves: one of the firm's reasons, a note, both or neither.</summary>
/// <param name="Chosen">One of the firm's reasons.</param>
/// <param name="Note">One line.</param>
internal sealed record DeclineReason(string? Chosen, string? Note)
{
    /// <summary>The end of the timeline's sentence.</summary>
    public string Sentence =>
        (Chosen, Note) switch
        {
            (null, null) => "",
            ({ } chosen, { } note) => $": {chosen} – {note}",
            _ => $": {Chosen ?? Note}",
        };

    /// <summary>Reads what came with a change. A note that says exactly one of the reasons is that reason.</summary>
    public static DeclineReason Read(LeadChange change, IReadOnlyList<string> reasons, FieldErrors errors)
    {
        string? note = null;
        if (
            !string.IsNullOrWhiteSpace(change.Reason)
            && !OneLine.TryParse(change.Reason, "reason", LeadChange.LongestReason, out note, out var problem)
        )
            errors.Add("reason", problem);
        if (change.Status is not { Stage: LeadStage.Declined })
            return new(Chosen: null, note);
        var wanted = string.IsNullOrWhiteSpace(change.DeclineReason) ? null : change.DeclineReason.Trim();
        if (wanted is null && Find(note) is { } said)
            return new(said, Note: null);
        var chosen = Find(wanted);
        if (wanted is not null && chosen is null)
            errors.Add("decline_reason", "The firm no longer uses this reason. Please choose another.");
        return new(chosen, note);

        string? Find(string? text) =>
            reasons.FirstOrDefault(reason => string.Equals(reason, text, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>Writes the reasons of declines.</summary>
internal static class KeepDeclines
{
    /// <summary>Adds the reason for each of the leads, which are declined by the same batch; one statement.</summary>
    public static void Keep(this NpgsqlBatch batch, DeclineReason why, Guid[] leads, DateTimeOffset now) =>
        batch.Add(
            """
            insert into declines (lead_id, at, reason, note) select lead, $2, $3, $4 from unnest($1) lead
            on conflict (lead_id) do update set at = excluded.at, reason = excluded.reason, note = excluded.note
            """,
            Sql.Value(leads),
            Sql.Value(now),
            Sql.Value(why.Chosen),
            Sql.Value(why.Note)
        );
}

internal sealed class DeclineConfiguration : IEntityTypeConfiguration<Decline>
{
    public void Configure(EntityTypeBuilder<Decline> decline)
    {
        decline.ToTable("declines");
        decline.HasKey(x => x.LeadId);
        decline.Property(x => x.Reason).HasMaxLength(100);
        decline.Property(x => x.Note).HasMaxLength(LeadChange.LongestReason);
        decline.HasOne<Lead>().WithOne().HasForeignKey<Decline>(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
    }
}
