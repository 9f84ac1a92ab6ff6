using System.Data;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Bulk;

/// <summary>
/// Releases the recipients of a confirmed mailing into the outbox, a few at a time, so that all mailings of all nodes together send
/// no more than <c>Mail:BulkPerMinute</c> within any minute. Recipient and email change in one transaction: each gets the email
/// once, whatever dies.
/// </summary>
/// <remarks>
/// What counts against the limit are the emails that were released or sent within the last minute, and those that wait for their first
/// try. So nothing piles up while the mail server or all of us are down, and there is no burst afterwards.
/// </remarks>
internal sealed class ReleaseBulk(MailTemplates templates, IOptions<MailOptions> mail, IOptions<FirmOptions> firm)
    : IWork
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>A minute's share is released in twelfths, not all at once.</summary>
    private static readonly TimeSpan Step = Minute / 12;

    /// <inheritdoc />
    public WorkKind Kind => WorkKind.BulkEmail;

    /// <inheritdoc />
    public int BatchSize => 1;

    /// <inheritdoc />
    public async Task RunAsync(WorkTurn turn, CancellationToken cancellation)
    {
        foreach (var item in turn.Items)
            await RunAsync(turn, item, cancellation);
    }

    private async Task RunAsync(WorkTurn turn, WorkItem item, CancellationToken cancellation)
    {
        var (free, wait) = await RoomAsync(turn, cancellation);
        if (await FindAsync(turn, item.Subject, cancellation) is not { } mailing)
            return; // cancelled or erased
        if (free <= 0)
        {
            turn.NotYet(item, wait, "No more than Mail:BulkPerMinute go out within a minute.");
            return;
        }

        var share = Math.Min(free, (int)Math.Ceiling(mail.Value.BulkPerMinute / 12.0));
        if (TemplateCheck.Check(mailing.Source, EmailKind.Bulk.Facts(), out var template) is [var problem, ..])
            throw new InvalidOperationException($"This mailing cannot be filled in: {problem}");
        var released = 0;
        while (
            released < share && await NextAsync(turn, mailing.Id, share - released, cancellation) is { Count: > 0 } next
        )
            released += await ReleaseAsync(turn, mailing, template!, next, cancellation);
        if (released > 0)
            turn.Pokes.Add(WorkSignal.Emails);
        if (await IsMoreAsync(turn, mailing.Id, cancellation))
            turn.NotYet(item, Step, "The rest follows at the pace of Mail:BulkPerMinute.");
        else
            await FinishAsync(turn, mailing.Id, cancellation);
    }

    private sealed record Counted(int Emails, DateTimeOffset? First);

    /// <summary>How many may still go within this minute; when none, how long to wait. Holds all other releases until the commit.</summary>
    private async Task<(int Free, TimeSpan Wait)> RoomAsync(WorkTurn turn, CancellationToken cancellation)
    {
        await using (
            var held = new NpgsqlCommand("select pg_advisory_xact_lock(hashtext('bulk_email'))", turn.Connection)
        )
            await held.ExecuteNonQueryAsync(cancellation);
        var (counted, first) = (
            await turn.Connection.QueryOneAsync<Counted>(
                """
                select count(*)::int as emails,
                    min(case when state in ('queued', 'sending') then null else greatest(created_at, sent_at) end) as first
                from (
                    select id, state, created_at, sent_at from emails where bulk_id is not null and created_at > $1
                    union select id, state, created_at, sent_at from emails where bulk_id is not null and sent_at > $1
                    union select id, state, created_at, sent_at from emails
                        where bulk_id is not null and (state = 'sending' or state = 'queued' and (attempts = 0 or waits_for_server))
                ) counted
                """,
                cancellation,
                Sql.Value(turn.Now - Minute)
            )
        )!;
        var wait = first is { } earliest ? earliest + Minute - turn.Now : Step;
        return (
            mail.Value.BulkPerMinute - counted,
            wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1)
            : wait < Step ? wait
            : Step
        );
    }

    private sealed record MailingRow(
        string Filter,
        string Subject,
        string Text,
        string Html,
        Guid CreatedBy,
        DateTimeOffset CreatedAt
    );

    private static async Task<BulkMailing?> FindAsync(WorkTurn turn, Guid id, CancellationToken cancellation)
    {
        // For share: who cancels waits for this release, and the next one sees it.
        var row = await turn.Connection.QueryOneAsync<MailingRow>(
            """
            select filter, subject, text, html, created_by, created_at from bulk_mailings
            where id = $1 and state = 'sending' for no key update
            """,
            cancellation,
            Sql.Value(id)
        );
        return row is null
            ? null
            : new BulkMailing
            {
                Id = id,
                State = BulkState.Sending,
                Filter = row.Filter,
                Subject = row.Subject,
                Text = row.Text,
                Html = row.Html,
                CreatedBy = row.CreatedBy,
                CreatedAt = row.CreatedAt,
            };
    }

    private sealed record Recipient(int Position, bool Wanted, LeadBrief Lead, string? Attorney, string? Author);

    private static async Task<List<Recipient>> NextAsync(
        WorkTurn turn,
        Guid id,
        int count,
        CancellationToken cancellation
    )
    {
        var optedOut = OptOuts.Sql("leads.email");
        await using var command = new NpgsqlCommand(
            $"""
            select {LeadBrief.Columns}, position, not needs_call and leads.email <> '' and leads.deleted_at is null and not {optedOut} as wanted,
                attorney.full_name as attorney_name, author.email as author_email
            from bulk_recipients join leads on leads.id = lead_id
                join bulk_mailings on bulk_mailings.id = bulk_id join users author on author.id = created_by
                left join users attorney on attorney.id = assigned_to
            where bulk_id = $1 and bulk_recipients.state = 'waiting' order by position limit $2
            """,
            turn.Connection
        );
        command.Parameters.Add(Sql.Value(id));
        command.Parameters.Add(Sql.Value(count));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var next = new List<Recipient>(count);
        while (await reader.ReadAsync(cancellation))
            next.Add(
                new Recipient(
                    reader.GetInt32("position"),
                    reader.GetBoolean("wanted"),
                    LeadBrief.Read(reader),
                    reader["attorney_name"] as string,
                    reader["author_email"] as string
                )
            );
        return next;
    }

    private async Task<int> ReleaseAsync(
        WorkTurn turn,
        BulkMailing mailing,
        CompiledTemplate template,
        List<Recipient> next,
        CancellationToken cancellation
    )
    {
        await using var batch = turn.Connection.CreateBatch();
        Settle("released", wanted: true);
        Settle("skipped", wanted: false);
        foreach (var recipient in next.Where(recipient => recipient.Wanted))
        {
            batch.Queue(Write(mailing, template, recipient, turn.Now));
            turn.Changed.Add(recipient.Lead.Number);
        }

        await batch.ExecuteNonQueryAsync(cancellation);
        return next.Count(recipient => recipient.Wanted);

        void Settle(string state, bool wanted) =>
            batch.Add(
                $"update bulk_recipients set state = '{state}' where bulk_id = $1 and position = any ($2)",
                Sql.Value(mailing.Id),
                Sql.Value(next.Where(each => each.Wanted == wanted).Select(each => each.Position).ToArray())
            );
    }

    private Email Write(BulkMailing mailing, CompiledTemplate template, Recipient recipient, DateTimeOffset now)
    {
        var lead = recipient.Lead;
        var values = lead.MergeFieldsForProspect(firm.Value);
        values["attorney"] = recipient.Attorney;
        var text = templates.Render(EmailKind.Bulk.Facts(), template, values, lead.Facts.Email);
        var id = Guid.CreateVersion7(now);
        return new Email
        {
            Id = id,
            LeadId = lead.Id,
            BulkId = mailing.Id,
            Kind = EmailKind.Bulk,
            ToAddress = lead.Facts.Email,
            ToName = lead.Facts.FullName,
            ReplyTo = recipient.Author,
            Subject = text.Subject,
            Text = text.Text,
            Html = text.Html,
            MessageId = $"{id:N}@{mail.Value.Domain}",
            NextAttemptAt = now,
            CreatedAt = now,
        };
    }

    private static async Task<bool> IsMoreAsync(WorkTurn turn, Guid id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "select exists (select from bulk_recipients where bulk_id = $1 and state = 'waiting')",
            turn.Connection
        );
        command.Parameters.Add(Sql.Value(id));
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task FinishAsync(WorkTurn turn, Guid id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "update bulk_mailings set state = 'done', finished_at = $2 where id = $1",
            turn.Connection
        );
        command.Parameters.Add(Sql.Value(id));
        command.Parameters.Add(Sql.Value(turn.Now));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
