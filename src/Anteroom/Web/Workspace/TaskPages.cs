using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Web.Workspace.List;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace;

/// <summary>The tasks of all leads.</summary>
internal static class TaskPages
{
    public static void MapTaskPages(this IEndpointRouteBuilder pages)
    {
        var tasks = pages.MapGroup("/tasks").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        tasks.MapGet("", ListAsync);
        tasks.MapPost("/{task:guid}", MarkAsync);
        pages.MapPost("/leads/{number:long}/due", SetDueAsync).RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
    }

    private static async Task<IResult> ListAsync(
        string? show,
        CurrentUser user,
        TaskList tasks,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        show = show is "all" or "done" ? show : "mine";
        var filter = new TaskFilter(show == "all" ? null : user.Id, Done: show == "done");
        return Pages.Page<TasksPage>(
            new
            {
                Rows = await tasks.ListAsync(filter, user, cancellation),
                Show = show,
                tasks.Today,
                FlashMessage = context.TakeFlash(),
            }
        );
    }

    private static async Task<IResult> SetDueAsync(
        long number,
        [FromQuery] string? when,
        [FromForm] string? back,
        CurrentUser user,
        SetDueDate setDue,
        CancellationToken cancellation
    ) =>
        await setDue.RunAsync(number, when, user, cancellation) switch
        {
            null => Pages.SeeOther(ListPages.Back(back)),
            Refusal.Invalid { Errors: var errors } => ErrorPages.For(
                StatusCodes.Status422UnprocessableEntity,
                "That day does not work",
                errors.ByField.First().Value[0].ToString()
            ),
            _ => ErrorPages.For(StatusCodes.Status404NotFound),
        };

    private static async Task<IResult> MarkAsync(
        Guid task,
        [FromForm] string? done,
        [FromForm] string? show,
        CurrentUser user,
        ChangeTasks tasks,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var refusal =
            done == "stop"
                ? await tasks.StopAsync(task, user, cancellation)
                : await tasks.MarkAsync(task, done == "true", user, cancellation);
        if (refusal is not null)
            return ErrorPages.For(StatusCodes.Status404NotFound);
        context.Leave(
            done switch
            {
                "true" => FlashMessage.TaskDone,
                "stop" => FlashMessage.TaskRepeatsNoMore,
                _ => FlashMessage.TaskReopened,
            }
        );
        return Pages.SeeOther(show is "all" or "done" ? $"/tasks?show={show}" : "/tasks");
    }
}
