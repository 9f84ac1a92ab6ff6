using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Schedule;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>The pages of an administrator about what runs by itself.</summary>
public static class SchedulePages
{
    private const int MostPages = 10_000;

    /// <summary>Maps <c>/admin/schedule</c> and what is below it.</summary>
    public static void MapSchedulePages(this IEndpointRouteBuilder pages)
    {
        var schedule = pages.MapGroup("/admin/schedule").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        schedule.MapGet("", ListAsync);
        schedule.MapGet("/{job}", ShowAsync);
        schedule.MapPost("/{job}", ChangeAsync);
        schedule.MapPost("/{job}/default", ResetAsync);
        schedule.MapPost("/{job}/run", RunAsync);
        schedule.MapPost("/{job}/pause", PauseAsync);
        schedule.MapPost("/{job}/resume", ResumeAsync);
    }

    private static async Task<IResult> ListAsync(
        RecurringJobs jobs,
        ScheduleQueries schedule,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<ScheduleListPage>(
            new
            {
                Jobs = await schedule.ListAsync(cancellation),
                Zone = schedule.Zone.Id,
                FlashMessage = context.TakeFlash(),
            }
        );

    private static async Task<IResult> ShowAsync(
        RecurringJobs jobs,
        string job,
        [FromQuery] string? page,
        ScheduleQueries schedule,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (jobs.Find(job) is not { } found)
            return NoSuchJob(job);
        var at = 1;
        return
            page is not null
            && (
                !int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out at) || at is < 1 or > MostPages
            )
            ? ErrorPages.For(StatusCodes.Status400BadRequest)
            : await PageAsync(found, at, null, new FieldErrors(), context.TakeFlash(), schedule, cancellation);
    }

    private static async Task<IResult> ChangeAsync(
        RecurringJobs jobs,
        string job,
        [FromForm] string? kind,
        [FromForm] string? minutes,
        [FromForm] string? minute,
        [FromForm] string? at,
        [FromForm] string[]? days,
        [FromForm] string? cron,
        [FromForm] string? action,
        CurrentUser by,
        ScheduleQueries schedule,
        Timetable timetable,
        TimeProvider time,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (jobs.Find(job) is not { } found)
            return NoSuchJob(job);
        var form = new ScheduleForm
        {
            Kind = kind,
            Minutes = Number(minutes),
            Minute = Number(minute),
            At = at,
            Days =
            [
                .. JobSchedule.Days.Where(day =>
                    (days ?? []).Contains(day.ToString(), StringComparer.OrdinalIgnoreCase)
                ),
            ],
            Cron = cron,
        };
        var errors = new FieldErrors();
        var wanted = form.Read(time.GetUtcNow(), errors);
        // "Show the next runs" looks without saving.
        if (wanted is null || action == "preview")
            return await PageAsync(
                found,
                1,
                form,
                errors,
                flash: null,
                schedule,
                cancellation,
                wanted,
                wanted is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK
            );

        await timetable.ChangeAsync(found, wanted, by.FullName, cancellation);
        context.Leave(FlashMessage.ScheduleChanged);
        return Pages.SeeOther(Address(found));
    }

    private static Task<IResult> ResetAsync(
        RecurringJobs jobs,
        string job,
        CurrentUser by,
        Timetable timetable,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        DoAsync(
            jobs,
            job,
            found => timetable.ChangeAsync(found, schedule: null, by.FullName, cancellation),
            FlashMessage.ScheduleChanged,
            context
        );

    private static Task<IResult> RunAsync(
        RecurringJobs jobs,
        string job,
        Timetable timetable,
        HttpContext context,
        CancellationToken cancellation
    ) => DoAsync(jobs, job, found => timetable.RunNowAsync(found, cancellation), FlashMessage.RunAskedFor, context);

    private static Task<IResult> PauseAsync(
        RecurringJobs jobs,
        string job,
        CurrentUser by,
        Timetable timetable,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        DoAsync(
            jobs,
            job,
            found => timetable.PauseAsync(found, by.FullName, cancellation),
            FlashMessage.JobPaused,
            context
        );

    private static Task<IResult> ResumeAsync(
        RecurringJobs jobs,
        string job,
        Timetable timetable,
        HttpContext context,
        CancellationToken cancellation
    ) => DoAsync(jobs, job, found => timetable.ResumeAsync(found, cancellation), FlashMessage.JobResumed, context);

    private static async Task<IResult> DoAsync(
        RecurringJobs jobs,
        string job,
        Func<RecurringJob, Task> what,
        FlashMessage done,
        HttpContext context
    )
    {
        if (jobs.Find(job) is not { } found)
            return NoSuchJob(job);
        await what(found);
        context.Leave(done);
        return Pages.SeeOther(Address(found));
    }

    private static async Task<IResult> PageAsync(
        RecurringJob job,
        int page,
        ScheduleForm? form,
        FieldErrors errors,
        FlashMessage? flash,
        ScheduleQueries schedule,
        CancellationToken cancellation,
        JobSchedule? preview = null,
        int status = StatusCodes.Status200OK
    )
    {
        var state = (await schedule.ListAsync(cancellation)).Single(state => state.Job == job);
        return Pages.Page<ScheduleJobPage>(
            new
            {
                State = state,
                History = await schedule.HistoryAsync(job, page, cancellation),
                Form = form ?? ScheduleForm.From(state.Schedule),
                Errors = errors,
                Preview = preview,
                schedule.Zone,
                FlashMessage = flash,
            },
            status
        );
    }

    private static int? Number(string? text) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Address(RecurringJob job) => $"/admin/schedule/{job.Key}";

    private static IResult NoSuchJob(string job) =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "There is no such job",
            $"No recurring job is called {(job.Length <= 50 ? job : "that")}. The schedule lists everything."
        );
}
