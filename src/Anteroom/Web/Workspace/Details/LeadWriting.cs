using Anteroom.Leads;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Details;

/// <summary>What people write on a lead's page: notes, emails, tasks, tags.</summary>
internal static class LeadWriting
{
    /// <summary>Maps the forms of the page.</summary>
    public static void MapLeadWriting(this RouteGroupBuilder lead)
    {
        lead.MapPost("/notes", NoteAsync);
        lead.MapPost("/email", EmailAsync);
        lead.MapPost("/emails/{email:guid}/again", SendAgainAsync);
        lead.MapPost("/tasks", AddTaskAsync);
        lead.MapPost("/tasks/{task:guid}", MarkTaskAsync);
        lead.MapPost("/tags", TagAsync);
        lead.MapPost("/tags/remove", UntagAsync);
    }

    private static async Task<IResult> NoteAsync(
        long number,
        [FromForm] string? text,
        CurrentUser user,
        AddNote addNote,
        LeadQueries leads,
        LeadScreen screen,
        CancellationToken cancellation
    )
    {
        if (await leads.IdOfAsync(number, user, cancellation) is not { } id)
            return await screen.MissingAsync(number, user, cancellation);
        return await addNote.RunAsync(id, text, user, cancellation) switch
        {
            (var note, null) => screen.BackTo(
                number,
                note!.Mentioned > 0 ? FlashMessage.NotedAndMentioned : FlashMessage.Noted
            ),
            (_, var refusal) => await screen.RefusedAsync(
                number,
                user,
                refusal,
                cancellation,
                new Composer { Note = text }
            ),
        };
    }

    private static async Task<IResult> EmailAsync(
        long number,
        [FromForm] string? subject,
        [FromForm] string? text,
        [FromForm] string? @do,
        CurrentUser user,
        WriteToProspect write,
        LeadScreen screen,
        CancellationToken cancellation
    )
    {
        var composer = new Composer
        {
            Open = "email",
            Subject = subject,
            Text = text,
        };
        if (@do == "preview")
            return await write.PreviewAsync(number, subject, text, user, cancellation) switch
            {
                (var looks, null) => await screen.ShowAsync(
                    number,
                    user,
                    cancellation,
                    composer with
                    {
                        Preview = looks,
                    }
                ),
                (_, var refusal) => await screen.RefusedAsync(number, user, refusal, cancellation, composer),
            };
        return await write.SendAsync(number, subject, text, user, cancellation) switch
        {
            null => screen.BackTo(number, FlashMessage.Written),
            LeadRefusal.BeingWelcomed => await screen.ShowAsync(
                number,
                user,
                cancellation,
                composer,
                new Conflict(
                    "The welcome email is being sent at this moment.",
                    "Your email was not sent; it is still here. Try again in a few seconds, or write it anew in answer to the welcome."
                ),
                StatusCodes.Status409Conflict
            ),
            var refusal => await screen.RefusedAsync(number, user, refusal, cancellation, composer),
        };
    }

    private static async Task<IResult> SendAgainAsync(
        long number,
        Guid email,
        CurrentUser user,
        SendAgain sendAgain,
        LeadScreen screen,
        CancellationToken cancellation
    ) =>
        await sendAgain.RunAsync(number, email, user, cancellation) is { } refusal
            ? await screen.RefusedAsync(number, user, refusal, cancellation)
            : screen.BackTo(number, FlashMessage.SentAgain);

    private static async Task<IResult> AddTaskAsync(
        long number,
        [FromForm] string? title,
        [FromForm(Name = "due_on")] string? dueOn,
        [FromForm(Name = "task_for")] string? taskFor,
        CurrentUser user,
        ChangeTasks tasks,
        LeadScreen screen,
        CancellationToken cancellation
    )
    {
        var form = new TaskForm(title, dueOn, taskFor);
        return await tasks.AddAsync(number, form, user, cancellation) is { } refusal
            ? await screen.RefusedAsync(
                number,
                user,
                refusal,
                cancellation,
                new Composer { Open = "task", Task = form }
            )
            : screen.BackTo(number, FlashMessage.TaskAdded);
    }

    private static async Task<IResult> MarkTaskAsync(
        long number,
        Guid task,
        [FromForm] string? done,
        CurrentUser user,
        ChangeTasks tasks,
        LeadScreen screen,
        CancellationToken cancellation
    ) =>
        await tasks.MarkAsync(task, done == "true", user, cancellation) is { } refusal
            ? await screen.RefusedAsync(number, user, refusal, cancellation)
            : screen.BackTo(number, done == "true" ? FlashMessage.TaskDone : FlashMessage.TaskReopened);

    private static async Task<IResult> TagAsync(
        long number,
        [FromForm] string? tag,
        CurrentUser user,
        Tags tags,
        LeadScreen screen,
        CancellationToken cancellation
    ) =>
        await tags.AddAsync(number, tag, user, cancellation) is { } refusal
            ? await screen.RefusedAsync(number, user, refusal, cancellation, new Composer { Tag = tag })
            : screen.BackTo(number, FlashMessage.Tagged);

    private static async Task<IResult> UntagAsync(
        long number,
        [FromForm] string? tag,
        CurrentUser user,
        Tags tags,
        LeadScreen screen,
        CancellationToken cancellation
    ) =>
        await tags.RemoveAsync(number, tag, user, cancellation) is { } refusal
            ? await screen.RefusedAsync(number, user, refusal, cancellation)
            : screen.BackTo(number, FlashMessage.Untagged);
}
