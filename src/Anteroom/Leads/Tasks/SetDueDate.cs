using System.Globalization;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>Says, without opening a lead, by when something has to happen with it: its next open task, or a new one, is due then.</summary>
public sealed class SetDueDate(
    AnteroomDb db,
    LeadsInSight inSight,
    TaskList list,
    ChangeTasks tasks,
    OverdueTasks overdue,
    Changes changes,
    TimeProvider time
)
{
    /// <summary>What a task is called that has only a day.</summary>
    public const string NewTitle = "Follow up";

    /// <summary>Sets the day.</summary>
    /// <param name="number">Of which lead.</param>
    /// <param name="when"><c>today</c>, <c>tomorrow</c>, <c>week</c> (in seven days) or a day such as <c>2026-12-01</c>.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Null when it is done; else what is wrong, of the field <c>due_on</c>.</returns>
    public async Task<Refusal?> RunAsync(long number, string? when, CurrentUser by, CancellationToken cancellation)
    {
        var day = list.DayOf(when) ?? when;
        if (string.IsNullOrWhiteSpace(day) || !ChangeTasks.TryReadDay(day, out var due))
        {
            var errors = new FieldErrors();
            errors.Add("due_on", ChangeTasks.NoSuchDay);
            return new Refusal.Invalid(errors);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var lead = await inSight
            .Of(by)
            .Where(lead => lead.Number == number)
            .Select(lead => new { lead.Id, lead.AssignedTo })
            .SingleOrDefaultAsync(cancellation);
        if (lead is null)
            return new Refusal.NotFound();
        var next = await db
            .Tasks.FromSql(
                $"select * from tasks where lead_id = {lead.Id} and done_at is null order by due_on nulls last, id limit 1 for update"
            )
            .SingleOrDefaultAsync(cancellation);
        if (next is null)
        {
            await transaction.RollbackAsync(cancellation);
            return await tasks.AddAsync(
                number,
                new TaskForm(NewTitle, day, lead.AssignedTo?.ToString()),
                by,
                cancellation
            );
        }

        if (next.DueOn == due)
            return null;
        (next.DueOn, next.RemindedAt) = (due, null);
        db.Record(
            Actor.Of(by),
            lead.Id,
            "task_moved",
            string.Create(CultureInfo.InvariantCulture, $"set the task “{next.Title}” due {due:MMM d, yyyy}"),
            Sql.Instant(time.GetUtcNow())
        );
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        overdue.Forget(next.AssignedTo);
        changes.Publish(number);
        return null;
    }
}
