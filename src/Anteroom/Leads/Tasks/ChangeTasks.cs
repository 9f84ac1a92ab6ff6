using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Notices;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>A task as typed.</summary>
/// <param name="Title">Required.</param>
/// <param name="DueOn">Optional: <c>2026-12-01</c>.</param>
/// <param name="AssignedTo">Optional: a user's id; the writer when it is left out.</param>
/// <param name="Repeats">Optional: the wire name of a <see cref="TaskRepeat"/>.</param>
public sealed record TaskForm(string? Title, string? DueOn, string? AssignedTo, string? Repeats = null);

/// <summary>Adds, completes and reopens tasks; each leaves a line in the timeline.</summary>
public sealed class ChangeTasks(
    AnteroomDb db,
    LeadsInSight inSight,
    OverdueTasks overdue,
    TaskList tasks,
    Changes changes,
    NoticeChoices choices,
    EmailWriter emails,
    WorkSignal signal,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>Open tasks of a lead, at most.</summary>
    public const int MostOpen = 100;

    internal const string NoSuchDay = "A due date is a day of this century, such as 2026-12-01.";

    /// <summary>Adds a task. Fields that can be wrong: <c>title</c>, <c>due_on</c>, <c>task_for</c>, <c>repeats</c>.</summary>
    public async Task<Refusal?> AddAsync(long number, TaskForm form, CurrentUser by, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        if (!OneLine.TryParse(form.Title, "task", LeadTask.LongestTitle, out var title, out var problem))
            errors.Add("title", problem);
        if (!TryReadDay(form.DueOn, out var due))
            errors.Add("due_on", NoSuchDay);
        TaskRepeat? repeats = null;
        if (!string.IsNullOrEmpty(form.Repeats))
        {
            if (WireName.TryParse(form.Repeats, out TaskRepeat often))
                (repeats, due) = (often, due ?? tasks.Today);
            else
                errors.Add("repeats", "A task repeats every day, week or month, or not at all.");
        }

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
        User? person = null;
        if (!string.IsNullOrWhiteSpace(form.AssignedTo) && form.AssignedTo != by.Id.ToString())
        {
            person = Guid.TryParse(form.AssignedTo, out var id)
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
            Repeats = repeats,
            MonthDay = repeats == TaskRepeat.Month ? (short)due!.Value.Day : null,
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
                + (due is { } day ? string.Create(CultureInfo.InvariantCulture, $", due {day:MMM d, yyyy}") : "")
                + (repeats is { } every ? $", every {every.ToWire()}" : ""),
            by,
            now
        );
        await using var transaction = owner == by.Id ? null : await db.Database.BeginTransactionAsync(cancellation);
        var refusal = await SaveAsync(task, cancellation);
        if (transaction is not null && refusal is null)
        {
            await using var batch = db.Batch();
            var says = person!.In(() => T["{0} gave you a task: {1}", by.FullName, title]);
            batch.Tell([new(NoticeKind.TaskGiven, owner, lead.Id, says, now)]);
            if (person is { Email: not null } && choices.WantsEmail(owner, NoticeKind.TaskGiven))
                batch.Queue(await WriteAsync(lead.Id, task, person, by, cancellation));
            await batch.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            signal.Poke(WorkSignal.Emails);
        }

        changes.Publish(number);
        return refusal;
    }

    /// <summary>To who was given it.</summary>
    private async Task<Email> WriteAsync(
        Guid lead,
        LeadTask task,
        User to,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var about = await db
            .Leads.AsNoTracking()
            .Include(each => each.Resume)
            .SingleAsync(each => each.Id == lead, cancellation);
        var values = about.MergeFields(firm.Value, to.Mailbox());
        values["by"] = by.FullName;
        values["task"] = task.Title;
        values["due"] = task.DueOn is { } day
            ? to.Mailbox().Reads.In(() => day.ToString(T["MMMM d, yyyy"], CultureInfo.CurrentCulture))
            : null;
        return emails.Write(EmailKind.TaskGiven, to.Mailbox(), values, task.CreatedAt, lead);
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
        if (done && task.Repeats is not null)
            db.Tasks.Add(task.Next(tasks.Today, now));
        else if (!done)
            // It made the next one when it was done.
            await db.Tasks.Where(next => next.Follows == id && next.DoneAt == null).ExecuteDeleteAsync(cancellation);
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

    /// <summary>Lets a task come no more after this time.</summary>
    public async Task<Refusal?> StopAsync(Guid id, CurrentUser by, CancellationToken cancellation)
    {
        var task = await db.Tasks.SingleOrDefaultAsync(task => task.Id == id, cancellation);
        var number = task is null
            ? null
            : await inSight
                .Of(by)
                .Where(lead => lead.Id == task.LeadId)
                .Select(lead => (long?)lead.Number)
                .SingleOrDefaultAsync(cancellation);
        if (task is null || number is null)
            return new Refusal.NotFound();
        task.Repeats = null;
        var refusal = await SaveAsync(task, cancellation);
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
