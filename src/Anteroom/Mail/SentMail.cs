using Anteroom.Data;
using Anteroom.Live;
using Npgsql;

namespace Anteroom.Mail;

/// <summary>
/// Writes down which e-mails the mail server has. What several lanes report while a statement runs goes into the next one
/// together, so that a commit is shared and nobody waits for it alone.
/// </summary>
public sealed class SentMail(NpgsqlDataSource database, Changes changes, TimeProvider time)
{
    private const int AtOnce = 200;

    private readonly Lock _gate = new();
    private readonly Queue<(Email Email, TaskCompletionSource Written)> _waiting = new();
    private bool _writing;

    /// <summary>Ends when it is committed, together with a line in the lead's timeline.</summary>
    public Task FinishAsync(Email email)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _waiting.Enqueue((email, written));
            if (_writing)
                return written.Task;
            _writing = true;
        }

        _ = Task.Run(WriteAllAsync);
        return written.Task;
    }

    private async Task WriteAllAsync()
    {
        var taken = new List<(Email Email, TaskCompletionSource Written)>(AtOnce);
        while (true)
        {
            taken.Clear();
            lock (_gate)
            {
                while (taken.Count < AtOnce && _waiting.TryDequeue(out var next))
                    taken.Add(next);
                if (taken.Count == 0)
                {
                    _writing = false;
                    return;
                }
            }

            try
            {
                await WriteAsync([.. taken.Select(each => each.Email)]);
                taken.ForEach(each => each.Written.SetResult());
            }
            catch (Exception error)
            {
                taken.ForEach(each => each.Written.SetException(error));
            }
        }
    }

    private async Task WriteAsync(Email[] emails)
    {
        var now = time.GetUtcNow();
        await using var command = database.CreateCommand(
            """
            with sent as (
                update emails set state = 'sent', sent_at = $1, last_error = null, waits_for_server = false,
                    claim = null, leased_until = null
                from unnest($2, $3, $4, $5) as reported (id, claim, activity, summary)
                where emails.id = reported.id and emails.claim = reported.claim returning activity, lead_id, summary
            ), told as (
                insert into activities (id, lead_id, kind, actor, summary, at)
                select activity, lead_id, 'email_sent', 'Anteroom', summary, $1 from sent where lead_id is not null
            )
            select number from leads join sent on leads.id = sent.lead_id
            """
        );
        command.Parameters.Add(Sql.Value(now));
        command.Parameters.Add(Sql.Value(Array.ConvertAll(emails, email => email.Id)));
        command.Parameters.Add(Sql.Value(Array.ConvertAll(emails, email => email.Claim!.Value)));
        command.Parameters.Add(Sql.Value(Array.ConvertAll(emails, _ => Guid.CreateVersion7(now))));
        command.Parameters.Add(Sql.Value(Array.ConvertAll(emails, email => email.SentSentence)));
        await using var leads = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await leads.ReadAsync(CancellationToken.None))
            changes.Tell(leads.GetInt64(0));
    }
}
