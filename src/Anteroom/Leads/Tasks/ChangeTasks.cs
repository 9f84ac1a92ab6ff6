using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>A task as typed.</summary>
/// <param name="Title">Required.</param>
/// <param name="DueOn">Optional: <c>2026-12-01</c>.</param>
/// <param name="AssignedTo">Optional: a user's id; the writer when it is left out.</param>
public sealed record TaskForm(string? Title, string? DueOn, string? AssignedTo);

/// <summary>Adds, completes and reopens tasks; each leaves a line in the timeline.</summary>
public sealed class ChangeTasks(
    AnteroomDb db,
    LeadsInSight inSight,
    OverdueTasks overdue,
    Changes changes,
    TimeProvider time
)
{
    /// <summary>Open tasks of a lead, at most.</summary>
    public const int MostOpen = 100;

    internal const string NoSuchDay = "A due date is a day of this century, such as 2026-12-01.";

    /// <summary>Adds a task. Fields that can be wrong: <c>title</c>, <c>due_on</c>, <c>task_for</c>.</summary>
    public async Task<Refusal?> AddAsync(long number, TaskForm form, CurrentUser by, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        if (!OneLine.TryParse(form.Title, "task", LeadTask.LongestTitle, out var title, out var problem))
            errors.Add("title", problem);
        if (!TryReadDay(form.DueOn, out var due))
            errors.Add("due_on", NoSuchDay);
        var lead = await inSight
            .Of(by)
            .Where(lead => lead.Number == number)
            .Select(lead => new
            {
                lead.Id,
                Open = db.Set<LeadTask>().Count(task => task.LeadId == lead.Id && task.DoneAt == null),
            })
            .SingleOrDefaultAsync(cancellation);
        if (lead is null)
            return new Refusal.NotFound();
        if (lead.Open >= MostOpen)
            errors.Add("title", $"This lead has {MostOpen} open tasks. Please finish some of them first.");
        var owner = by.Id;
        var ownerName = "";
        if (!string.IsNullOrWhiteSpace(form.AssignedTo) && form.AssignedTo != by.Id.ToString())
        {
            var person = Guid.TryParse(form.AssignedTo, out var id)
                ? await db.Users.AsNoTracking().SingleOrDefaultAsync(user => user.Id == id && user.Active, cancellation)
                : null;
            if (person is null)
                errors.Add("task_for", "There is no active user of that name. Please choose another.");
            else
                (owner, ownerName) = (person.Id, person.FullName);
        }

        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);
        var now = Sql.Instant(time.GetUtcNow());
        var task = new LeadTask
        {
            Id = Guid.CreateVersion7(now),
            LeadId = lead.Id,
            Title = title!,
            DueOn = due,
            AssignedTo = owner,
            CreatedBy = by.Id,
            CreatedAt = now,
        };
        db.Tasks.Add(task);
        Record(
            lead.Id,
            "task_added",
            $"added the task “{title}”"
                + (ownerName.Length > 0 ? $" for {ownerName}" : "")
                + (due is { } day ? string.Create(CultureInfo.InvariantCulture, $", due {day:MMM d, yyyy}") : ""),
            by,
            now
        );
        var refusal = await SaveAsync(task, cancellation);
        changes.Publish(number);
        return refusal;
    }

    /// <summary>Completes or reopens a task; does nothing if it already is.</summary>
    public async Task<Refusal?> MarkAsync(Guid id, bool done, CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Of two users at once, the second waits here and then sees that it is done.
        var task = await db
            .Tasks.FromSql($"select * from tasks where id = {id} for update")
            .SingleOrDefaultAsync(cancellation);
        long? number = task is null
            ? null
            : await inSight
                .Of(by)
                .Where(lead => lead.Id == task.LeadId)
                .Select(lead => (long?)lead.Number)
                .SingleOrDefaultAsync(cancellation);
        if (task is null || number is null)
            return new Refusal.NotFound();
        var now = Sql.Instant(time.GetUtcNow());
        if (!(done ? task.TryFinish(by.Id, now) : task.TryReopen()))
            return null;
        Record(
            task.LeadId,
            done ? "task_done" : "task_reopened",
            done ? $"finished the task “{task.Title}”" : $"opened the task “{task.Title}” again",
            by,
            now
        );
        var refusal = await SaveAsync(task, cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Publish(number.Value);
        return refusal;
    }

    private async Task<Refusal?> SaveAsync(LeadTask task, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException error) when (error.IsLeadGone())
        {
            return new Refusal.NotFound();
        }

        overdue.Forget(task.AssignedTo);
        return null;
    }

    /// <summary>Blank means no day.</summary>
    internal static bool TryReadDay(string? text, out DateOnly? day)
    {
        day = null;
        if (string.IsNullOrWhiteSpace(text))
            return true;
        if (
            !DateOnly.TryParseExact(
                text.Trim(),
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var read
            ) || read.Year is < 2000 or > 2099
        )
            return false;
        day = read;
        return true;
    }

    private void Record(Guid lead, string kind, string summary, CurrentUser by, DateTimeOffset now) =>
        db.Record(Actor.Of(by), lead, kind, summary, now);
}
