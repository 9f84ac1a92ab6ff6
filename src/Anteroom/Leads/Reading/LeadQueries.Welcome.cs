using Anteroom.Data;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

public sealed partial class LeadQueries
{
    /// <summary>
    /// SQL for whether assigning the lead of a row of <c>leads</c> sends its welcome email at once: nobody has written, and the time that
    /// people have for it is over.
    /// </summary>
    /// <param name="deadline">A parameter: leads that came in later are not late; null when no welcome is sent at all.</param>
    /// <param name="now">A parameter: the present.</param>
    internal static string WelcomedWhenAssigned(string deadline, string now) =>
        $"""
            (leads.status in ({LeadWriter.WaitingSql}) and leads.written_to_at is null and leads.deleted_at is null
                and leads.created_at <= {deadline}::timestamptz
                and (leads.welcome_due_at is null or leads.welcome_due_at <= {now}) and not {OptOuts.Sql("leads.email")}
                and not exists (select from work where kind = 'reach_out' and subject = leads.id and state <> 'queued')
                and not exists (select from emails where lead_id = leads.id and kind = 'welcome' and state <> 'cancelled'))
            """;

    /// <summary>How many of these leads get their welcome email at once when they are assigned; two statements.</summary>
    public async Task<int> WelcomedWhenAssignedAsync(
        IReadOnlyList<long> numbers,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        if (WelcomeDeadline is not { } deadline)
            return 0;
        var ids = await inSight
            .Of(user)
            .Where(lead => numbers.Contains(lead.Number))
            .Select(lead => lead.Id)
            .ToArrayAsync(cancellation);
        return await database.QueryOneAsync<int>(
            $"select count(*)::integer from leads where id = any ($1) and {WelcomedWhenAssigned("$2", "$3")}",
            cancellation,
            Sql.Value(ids),
            Sql.Value(deadline),
            Sql.Value(time.GetUtcNow())
        );
    }

    private DateTimeOffset? WelcomeDeadline =>
        outreach.Value is { Enabled: true, After: var after } ? time.GetUtcNow() - after : null;
}
