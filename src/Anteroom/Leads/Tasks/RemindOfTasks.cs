using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Notices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>
/// Tells people in the morning which of their tasks are due today: a notice for each, one email for all. Each task is told of once, however
/// often this runs.
/// </summary>
public sealed class RemindOfTasks(
    AnteroomDb db,
    LeadsInSight inSight,
    TaskList tasks,
    NoticeChoices choices,
    EmailWriter emails,
    WorkSignal signal,
    Changes changes,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>How many tasks were told of.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        var today = tasks.Today;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var due = await db
            .Tasks.FromSql(
                $"""
                select * from tasks where done_at is null and due_on = {today} and reminded_at is null
                order by id for update skip locked
                """
            )
            .ToListAsync(cancellation);
        if (due.Count == 0)
            return 0;
        var (leads, people) = await AroundAsync(due, cancellation);
        var told = due.Where(task =>
                leads.TryGetValue(task.LeadId, out var lead)
                && people.TryGetValue(task.AssignedTo, out var person)
                && inSight.MaySee(person, lead)
            )
            .ToList();

        var now = Sql.Instant(time.GetUtcNow());
        foreach (var task in due)
            task.RemindedAt = now;
        await db.SaveChangesAsync(cancellation);
        await using (var batch = db.Batch())
        {
            batch.Tell([
                .. told.Select(task => new NewNotice(
                    NoticeKind.TaskDue,
                    task.AssignedTo,
                    task.LeadId,
                    people[task.AssignedTo]
                        .In(() => T["Due today: {0} ({1})", task.Title, leads[task.LeadId].FullName]),
                    now
                )),
            ]);
            batch.Queue([
                .. told.GroupBy(task => task.AssignedTo)
                    .Where(mine =>
                        people[mine.Key].Email is not null && choices.WantsEmail(mine.Key, NoticeKind.TaskDue)
                    )
                    .Select(mine => Write(people[mine.Key], [.. mine], leads, now)),
            ]);
            if (batch.BatchCommands.Count > 0)
                await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        changes.Publish(told.Select(task => leads[task.LeadId].Number).Distinct());
        return told.Count;
    }

    private async Task<(Dictionary<Guid, Lead> Leads, Dictionary<Guid, User> People)> AroundAsync(
        List<LeadTask> due,
        CancellationToken cancellation
    )
    {
        Guid[] about = [.. due.Select(task => task.LeadId).Distinct()];
        Guid[] owners = [.. due.Select(task => task.AssignedTo).Distinct()];
        return (
            await db
                .Leads.AsNoTracking()
                .Where(lead => about.Contains(lead.Id) && !lead.Sample)
                .ToDictionaryAsync(lead => lead.Id, cancellation),
            await db
                .Users.AsNoTracking()
                .Where(user => owners.Contains(user.Id) && user.Active && !user.Sample)
                .ToDictionaryAsync(user => user.Id, cancellation)
        );
    }

    private Email Write(User person, LeadTask[] mine, Dictionary<Guid, Lead> leads, DateTimeOffset now)
    {
        var address = firm.Value.PublicUrl?.TrimEnd('/');
        return emails.Write(
            EmailKind.TasksDue,
            person.Mailbox(),
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["firm"] = firm.Value.Name,
                ["name"] = person.FullName,
                ["first"] = mine[0].Title,
                ["more"] = mine.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"{mine.Length - 1}") : null,
                ["tasks"] = mine.Select(task => new Dictionary<string, object?>(StringComparer.Ordinal)
                    {
                        ["task"] = task.Title,
                        ["lead"] = leads[task.LeadId].FullName,
                        ["link"] = string.Create(
                            CultureInfo.InvariantCulture,
                            $"{address}/leads/{leads[task.LeadId].Number}"
                        ),
                    })
                    .ToArray(),
                ["link"] = $"{address}/tasks",
            },
            now
        );
    }
}
