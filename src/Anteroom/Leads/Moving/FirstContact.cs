using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Timeline;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>
/// The firm's first email to a prospect, automatic or personal, makes the lead <c>reached_out</c> in the sender's name, but only once the
/// mail server has it. If the address is refused, somebody has to call.
/// </summary>
internal sealed class FirstContact(NpgsqlDataSource database) : IDeliveryRule
{
    /// <summary>
    /// Reserves the lead just before its welcome is sent, so that nobody reaches out at the same moment. Whoever was faster wins.
    /// </summary>
    public async Task<string?> WhyNotAsync(Message message, CancellationToken cancellation)
    {
        if (message is not { EmailKind: EmailKind.Welcome, LeadId: { } lead })
            return null;
        await using var command = database.CreateCommand(
            "update leads set welcome_until = $1 where id = $2 and status = 'registered' and written_to_at is null and deleted_at is null"
        );
        command.Parameters.Add(Sql.Value(message.LeasedUntil));
        command.Parameters.Add(Sql.Value(lead));
        return await command.ExecuteNonQueryAsync(CancellationToken.None) == 1
            ? null
            : "Somebody had reached out already.";
    }

    public void Settled(DeliveryResults results)
    {
        var about = results.All.Where(result => result.Message.LeadId is not null).ToList();
        var made = about.Where(result => result.State == EmailState.Sent && IsContact(result)).ToArray();
        if (made.Length > 0)
            ReachedOut(results, made);
        var unreachable = about.Where(result =>
            result.State == EmailState.Failed
            && (result.Message.EmailKind == EmailKind.Confirmation || IsContact(result))
        );
        if (unreachable.Any())
            results.Then(
                unreachable,
                """
                update leads set needs_call = true, updated_at = $3, welcome_until = null
                from outbox where outbox.id = any ($1) and claim = $2 and leads.id = lead_id and leads.status = 'registered'
                """,
                row: null,
                Sql.Value(results.Now)
            );
        var held = about.Where(result => result is { State: EmailState.Queued, Message.EmailKind: EmailKind.Welcome });
        if (held.Any())
            results.Then(
                held,
                """
                update leads set welcome_until = null
                from outbox where outbox.id = any ($1) and claim = $2 and leads.id = lead_id and welcome_until is not null
                """,
                row: null
            );
    }

    private static bool IsContact(DeliveryResult result) =>
        result.Message.EmailKind is { } kind && kind.IsFirstContact();

    private static void ReachedOut(DeliveryResults results, DeliveryResult[] made) =>
        results.Then(
            made,
            $"""
            with changed as (
                update leads set {LeadWriter.ReachedOutSql("outbox.on_behalf_of", "$3")}
                from outbox where outbox.id = any ($1) and claim = $2 and leads.id = lead_id and leads.status in ({LeadWriter.WaitingSql})
                returning leads.id, leads.number, outbox.id message
            ), lines as (
                select * from changed join unnest($4, $5, $6, $7, $8) line (message, activity, summary, entry, done) using (message)
            ), recorded as (
                {RecordActivity.InsertEach(
                    $"select activity id, id lead_id, '{LeadWriter.Moved}' kind, 'Anteroom' actor, summary, $3 at from lines"
                )}
            )
            {AuditLog.InsertEach(
                "select entry id, $3 at, 'Anteroom' actor, 'leads_changed' kind, 'lead:' || number subject, done || ', 1 lead: ' || number summary from lines"
            )}
            """,
            row: null,
            Sql.Value(results.Now),
            Sql.Value(Array.ConvertAll(made, result => result.Message.Id)),
            // A millisecond later, because timelines are sorted by id.
            Sql.Value(Array.ConvertAll(made, _ => Guid.CreateVersion7(results.Now.AddMilliseconds(1)))),
            Sql.Value(Array.ConvertAll(made, result => LeadWriter.ReachedOutSentence(result.Message.FromName))),
            Sql.Value(Array.ConvertAll(made, _ => Guid.CreateVersion7(results.Now))),
            Sql.Value(
                Array.ConvertAll(
                    made,
                    result =>
                        $"moved to {LeadStatus.ReachedOut.ToLabel()} in the name of {result.Message.FromName ?? "the firm"}"
                )
            )
        );
}
