using System.Data;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Notices;
using Anteroom.Timeline;
using Anteroom.Work;

namespace Anteroom.Leads;

/// <summary>Records deliveries in the lead's timeline, and blocks messages about sample leads.</summary>
internal sealed class MessagesOfLeads(Changes changes) : IDeliveryRule
{
    public string Veto =>
        """
            (select case when sample then 'This is sample data: nobody is written to.' end from leads where leads.id = outbox.lead_id)
            """;

    public void Settled(DeliveryResults results)
    {
        var about = results.All.Where(result => result.Message.LeadId is not null).ToList();
        if (about.Count == 0)
            return;
        var lines = about.Where(result => result.State is EmailState.Sent or EmailState.Failed).ToArray();
        var failed = lines
            .Where(result =>
                result.State == EmailState.Failed
                && result.Message.EmailKind is { } kind
                && kind.Facts().Audience == MailAudience.Prospect
            )
            .ToArray();
        if (failed.Length > 0)
            TellOwners(results, failed);
        results.Then(
            about,
            $"""
            with lines as (
                {RecordActivity.InsertEach(
                    """
                    select line.id, lead_id, line.kind, 'Anteroom' actor, summary, $3 at
                    from unnest($4, $5, $6, $7) line (message, id, kind, summary) join outbox on outbox.id = message
                    where outbox.id = any ($1) and claim = $2
                    """
                )}
            )
            select number from outbox join leads on leads.id = lead_id where outbox.id = any ($1) and claim = $2
            """,
            row => changes.Publish(row.GetInt64("number")),
            Sql.Value(results.Now),
            Sql.Value(Array.ConvertAll(lines, line => line.Message.Id)),
            Sql.Value(Array.ConvertAll(lines, _ => Guid.CreateVersion7(results.Now))),
            Sql.Value(Array.ConvertAll(lines, Kind)),
            Sql.Value(Array.ConvertAll(lines, Sentence))
        );
    }

    /// <summary>Tells the attorney that what a prospect was to get was given up: here, and by an email (<see cref="TellOfFailedMail"/>).</summary>
    private static void TellOwners(DeliveryResults results, DeliveryResult[] failed)
    {
        results.Then(
            failed,
            NoticeSql.InsertEach(
                $"""
                select line.id, assigned_to user_id, '{NoticeKind.MailFailed.ToWire()}' kind, leads.id lead_id,
                    replace(case users.language when 'es' then spanish else english end, '{Name}', rtrim(first_name || ' ' || last_name)) "text", $3 at
                from unnest($4, $5, $6, $7) line (message, id, english, spanish) join outbox on outbox.id = message join leads on leads.id = lead_id
                    join users on users.id = assigned_to
                where outbox.id = any ($1) and claim = $2 and assigned_to is not null
                """
            ),
            row: null,
            Sql.Value(results.Now),
            Sql.Value(Array.ConvertAll(failed, result => result.Message.Id)),
            Sql.Value(Array.ConvertAll(failed, _ => Guid.CreateVersion7(results.Now))),
            Sql.Value(Array.ConvertAll(failed, result => NotDelivered(result, Language.En))),
            Sql.Value(Array.ConvertAll(failed, result => NotDelivered(result, Language.Es)))
        );
        results.Then(
            failed,
            WorkQueue.InsertEach(
                WorkKind.TellOfFailedMail,
                """
                select line.id, outbox.id subject, $3 at
                from unnest($4, $5) line (message, id) join outbox on outbox.id = message
                where outbox.id = any ($1) and claim = $2
                """
            ),
            row: null,
            Sql.Value(results.Now),
            Sql.Value(Array.ConvertAll(failed, result => result.Message.Id)),
            Sql.Value(Array.ConvertAll(failed, _ => Guid.CreateVersion7(results.Now)))
        );
    }

    // Stands for the prospect's name until the database puts it in.
    private const string Name = "{1}";

    /// <summary>The notice for an attorney who reads that language; the prospect's name comes in place of <see cref="Name"/>.</summary>
    private static string NotDelivered(DeliveryResult result, Language language) =>
        language.In(() =>
            T[
                "The {0} to {1} could not be delivered",
                language == Language.Es ? T[result.Message.EmailKind!.Value.Facts().Label] : result.Message.Label,
                Name
            ]
        );

    // Emails have an entry of their own in the timeline; for other messages, this line is all there is.
    private static string Kind(DeliveryResult line) =>
        (line.Message.EmailKind is null ? "message" : "email") + (line.State == EmailState.Sent ? "_sent" : "_failed");

    private static string Sentence(DeliveryResult line) =>
        line.State == EmailState.Sent
            ? $"sent the {line.Message.Label} to {line.Message.ToAddress}"
            : $"could not deliver the {line.Message.Label} to {line.Message.ToAddress}: {line.Error}";
}
