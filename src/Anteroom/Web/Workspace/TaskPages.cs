using Anteroom.Accounts;
using Anteroom.Leads;
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
        if (await tasks.MarkAsync(task, done == "true", user, cancellation) is not null)
            return ErrorPages.For(StatusCodes.Status404NotFound);
        context.Leave(done == "true" ? FlashMessage.TaskDone : FlashMessage.TaskReopened);
        return Pages.SeeOther(show is "all" or "done" ? $"/tasks?show={show}" : "/tasks");
    }
}
