using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>A task as lists show it.</summary>
public sealed record TaskRow(
    Guid Id,
    string Title,
    DateOnly? DueOn,
    TaskRepeat? Repeats,
    DateTimeOffset? DoneAt,
    Guid AssignedTo,
    string AssignedToName,
    long LeadNumber,
    string LeadName
);

/// <summary>Whose tasks to list.</summary>
/// <param name="AssignedTo">Of this user; null for everybody's.</param>
/// <param name="Done">Completed tasks, newest first, instead of open ones.</param>
public sealed record TaskFilter(Guid? AssignedTo, bool Done);

/// <summary>Reads tasks.</summary>
public sealed class TaskList(AnteroomDb db, LeadsInSight inSight, IOptions<FirmOptions> firm, TimeProvider time)
{
    /// <summary>Tasks in a list, at most.</summary>
    public const int Most = 200;

    /// <summary>Today in the firm's time zone.</summary>
    public DateOnly Today =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), firm.Value.Zone).DateTime);

    /// <summary>The day that a button means, as a form takes it: <c>2026-12-01</c>; null when it means none.</summary>
    /// <param name="button"><c>today</c>, <c>tomorrow</c> or <c>week</c>, in seven days.</param>
    public string? DayOf(string? button) =>
        button switch
        {
            "today" => Iso(Today),
            "tomorrow" => Iso(Today.AddDays(1)),
            "week" => Iso(Today.AddDays(7)),
            _ => null,
        };

    private static string Iso(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>The tasks of leads that <paramref name="user"/> may see, the most urgent first; one statement.</summary>
    public async Task<IReadOnlyList<TaskRow>> ListAsync(
        TaskFilter filter,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        var tasks = db.Tasks.AsNoTracking().Where(task => filter.Done == (task.DoneAt != null));
        if (filter.AssignedTo is { } owner)
            tasks = tasks.Where(task => task.AssignedTo == owner);
        var rows =
            from task in tasks
            join lead in inSight.Of(user) on task.LeadId equals lead.Id
            join person in db.Users on task.AssignedTo equals person.Id
            select new
            {
                Task = task,
                lead.Number,
                lead.FirstName,
                lead.LastName,
                person.FullName,
            };
        rows = filter.Done
            ? rows.OrderByDescending(row => row.Task.DoneAt)
            : rows.OrderBy(row => row.Task.DueOn == null).ThenBy(row => row.Task.DueOn).ThenBy(row => row.Task.Id);
        return await rows.Take(Most)
            .Select(row => new TaskRow(
                row.Task.Id,
                row.Task.Title,
                row.Task.DueOn,
                row.Task.Repeats,
                row.Task.DoneAt,
                row.Task.AssignedTo,
                row.FullName,
                row.Number,
                (row.FirstName + " " + row.LastName).TrimEnd()
            ))
            .ToListAsync(cancellation);
    }

    /// <summary>How many open tasks of <paramref name="user"/> are overdue; one statement.</summary>
    public Task<int> OverdueAsync(CurrentUser user, CancellationToken cancellation)
    {
        var today = Today;
        var leads = inSight.Of(user);
        return db.Tasks.CountAsync(
            task =>
                task.AssignedTo == user.Id
                && task.DoneAt == null
                && task.DueOn < today
                && leads.Any(lead => lead.Id == task.LeadId),
            cancellation
        );
    }
}
