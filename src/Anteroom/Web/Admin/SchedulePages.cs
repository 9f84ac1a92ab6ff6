using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Schedule;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>A request about one job, from an administrator.</summary>
internal sealed record JobRequest(
    string Job,
    RecurringJobs Jobs,
    CurrentUser By,
    HttpContext Http,
    CancellationToken Cancellation
)
{
    public RecurringJob? Find() => Jobs.Find(Job);
}

/// <summary>A schedule as the form of a job sends it.</summary>
internal sealed record PostedSchedule
{
    [FromForm]
    public string? Kind { get; init; }

    [FromForm]
    public string? Minutes { get; init; }

    [FromForm]
    public string? Minute { get; init; }

    [FromForm]
    public string? At { get; init; }

    [FromForm]
    public string[]? Days { get; init; }

    [FromForm]
    public string? Cron { get; init; }

    /// <summary><c>preview</c> shows the next runs without saving.</summary>
    [FromForm]
    public string? Action { get; init; }

    public ScheduleForm ToForm() =>
        new()
        {
            Kind = Kind,
            Minutes = Number(Minutes),
            Minute = Number(Minute),
            At = At,
            Days =
            [
                .. JobSchedule.Days.Where(day =>
                    (Days ?? []).Contains(day.ToString(), StringComparer.OrdinalIgnoreCase)
                ),
            ],
            Cron = Cron,
        };

    private static int? Number(string? text) =>
        int.TryParse(text?.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>The recurring jobs, for administrators.</summary>
internal static class SchedulePages
{
    private const int MostPages = 10_000;

    public static void MapSchedulePages(this IEndpointRouteBuilder pages)
    {
        var seen = pages.MapGroup("/admin/schedule").RequireAuthorization(Rights.SeeOperations).KeepOutOfCaches();
        seen.MapGet("", ListAsync);
        seen.MapGet("/{job}", ShowAsync);
        var schedule = pages.MapGroup("/admin/schedule").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        schedule.MapPost("/{job}", ChangeAsync);
        schedule.MapPost("/{job}/default", ResetAsync);
        schedule.MapPost("/{job}/run", RunAsync);
        schedule.MapPost("/{job}/pause", PauseAsync);
        schedule.MapPost("/{job}/resume", ResumeAsync);
    }

    private static async Task<IResult> ListAsync(
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
        [AsParameters] JobRequest request,
        [FromQuery] string? page,
        ScheduleQueries schedule
    )
    {
        if (request.Find() is not { } job)
            return NoSuchJob(request.Job);
        var at = 1;
        return
            page is not null
            && (
                !int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out at) || at is < 1 or > MostPages
            )
            ? ErrorPages.For(StatusCodes.Status400BadRequest)
            : await PageAsync(
                job,
                new() { History = at, Flash = request.Http.TakeFlash() },
                schedule,
                request.Cancellation
            );
    }

    private static async Task<IResult> ChangeAsync(
        [AsParameters] JobRequest request,
        [AsParameters] PostedSchedule posted,
        ScheduleQueries schedule,
        Timetable timetable,
        TimeProvider time
    )
    {
        if (request.Find() is not { } job)
            return NoSuchJob(request.Job);
        var form = posted.ToForm();
        var errors = new FieldErrors();
        var wanted = form.Read(time.GetUtcNow(), errors);
        if (wanted is null || posted.Action == "preview")
            return await PageAsync(
                job,
                new()
                {
                    Form = form,
                    Errors = errors,
                    Preview = wanted,
                },
                schedule,
                request.Cancellation
            );

        await timetable.ChangeAsync(job, wanted, request.By.FullName, request.Cancellation);
        request.Http.Leave(FlashMessage.ScheduleChanged);
        return Pages.SeeOther(Address(job));
    }

    private static Task<IResult> ResetAsync([AsParameters] JobRequest request, Timetable timetable) =>
        DoAsync(
            request,
            job => timetable.ChangeAsync(job, schedule: null, request.By.FullName, request.Cancellation),
            FlashMessage.ScheduleChanged
        );

    private static Task<IResult> RunAsync([AsParameters] JobRequest request, Timetable timetable) =>
        DoAsync(request, job => timetable.RunNowAsync(job, request.Cancellation), FlashMessage.RunAskedFor);

    private static Task<IResult> PauseAsync([AsParameters] JobRequest request, Timetable timetable) =>
        DoAsync(
            request,
            job => timetable.PauseAsync(job, request.By.FullName, request.Cancellation),
            FlashMessage.JobPaused
        );

    private static Task<IResult> ResumeAsync([AsParameters] JobRequest request, Timetable timetable) =>
        DoAsync(request, job => timetable.ResumeAsync(job, request.Cancellation), FlashMessage.JobResumed);

    private static async Task<IResult> DoAsync(JobRequest request, Func<RecurringJob, Task> what, FlashMessage done)
    {
        if (request.Find() is not { } job)
            return NoSuchJob(request.Job);
        await what(job);
        request.Http.Leave(done);
        return Pages.SeeOther(Address(job));
    }

    /// <summary>What a job's page shows beside the job.</summary>
    private sealed record View
    {
        public int History { get; init; } = 1;

        public ScheduleForm? Form { get; init; }

        public FieldErrors Errors { get; init; } = new();

        public JobSchedule? Preview { get; init; }

        public FlashMessage? Flash { get; init; }
    }

    private static async Task<IResult> PageAsync(
        RecurringJob job,
        View view,
        ScheduleQueries schedule,
        CancellationToken cancellation
    )
    {
        var state = (await schedule.ListAsync(cancellation)).Single(state => state.Job == job);
        return Pages.Page<ScheduleJobPage>(
            new
            {
                State = state,
                History = await schedule.HistoryAsync(job, view.History, cancellation),
                Form = view.Form ?? ScheduleForm.From(state.Schedule),
                view.Errors,
                view.Preview,
                schedule.Zone,
                FlashMessage = view.Flash,
            },
            view.Errors.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }

    private static string Address(RecurringJob job) => $"/admin/schedule/{job.Key}";

    private static IResult NoSuchJob(string job) =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "There is no such job",
            $"No recurring job is called {(job.Length <= 50 ? job : "that")}. The schedule lists everything."
        );
}
