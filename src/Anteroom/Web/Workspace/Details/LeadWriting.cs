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
            AddNoteResult.Added added => screen.BackTo(
                number,
                added.Told > 0 ? FlashMessage.NotedAndMentioned : FlashMessage.Noted
            ),
            AddNoteResult.Invalid wrong => await screen.ShowAsync(
                number,
                user,
                cancellation,
                new Composer { Note = text, Errors = wrong.Errors }
            ),
            _ => await screen.MissingAsync(number, user, cancellation),
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
        switch (await write.RunAsync(number, subject, text, send: @do != "preview", user, cancellation))
        {
            case WriteResult.Queued:
                return screen.BackTo(number, FlashMessage.Written);
            case WriteResult.Preview preview:
                return await screen.ShowAsync(number, user, cancellation, composer with { Preview = preview.Looks });
            case WriteResult.Invalid wrong:
                return await screen.ShowAsync(number, user, cancellation, composer with { Errors = wrong.Errors });
            case WriteResult.BeingWelcomed:
                return await screen.ShowAsync(
                    number,
                    user,
                    cancellation,
                    composer,
                    new Conflict(
                        "The welcome email is being sent at this moment.",
                        "Your email was not sent; it is still here. Try again in a few seconds, or write it anew in answer to the welcome."
                    ),
                    StatusCodes.Status409Conflict
                );
            default:
                return await screen.MissingAsync(number, user, cancellation);
        }
    }

    private static async Task<IResult> SendAgainAsync(
        long number,
        Guid email,
        CurrentUser user,
        SendAgain sendAgain,
        LeadScreen screen,
        CancellationToken cancellation
    ) =>
        await sendAgain.RunAsync(number, email, user, cancellation) switch
        {
            SendAgainResult.Queued => screen.BackTo(number, FlashMessage.SentAgain),
            SendAgainResult.Refused refused => await screen.ShowAsync(
                number,
                user,
                cancellation,
                conflict: new Conflict("That email was not sent again.", refused.Sentence),
                status: StatusCodes.Status409Conflict
            ),
            _ => await screen.MissingAsync(number, user, cancellation),
        };

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
        return await tasks.AddAsync(number, form, user, cancellation) switch
        {
            TaskResult.Kept => screen.BackTo(number, FlashMessage.TaskAdded),
            TaskResult.Invalid wrong => await screen.ShowAsync(
                number,
                user,
                cancellation,
                new Composer
                {
                    Open = "task",
                    Task = form,
                    Errors = wrong.Errors,
                }
            ),
            _ => await screen.MissingAsync(number, user, cancellation),
        };
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
        await tasks.MarkAsync(task, done == "true", user, cancellation) switch
        {
            TaskResult.Kept => screen.BackTo(
                number,
                done == "true" ? FlashMessage.TaskDone : FlashMessage.TaskReopened
            ),
            _ => await screen.MissingAsync(number, user, cancellation),
        };

    private static async Task<IResult> TagAsync(
        long number,
        [FromForm] string? tag,
        CurrentUser user,
        Tags tags,
        LeadScreen screen,
        CancellationToken cancellation
    ) =>
        await tags.AddAsync(number, tag, user, cancellation) switch
        {
            TagResult.Done => screen.BackTo(number, FlashMessage.Tagged),
            TagResult.Invalid wrong => await screen.ShowAsync(
                number,
                user,
                cancellation,
                new Composer { Tag = tag, Errors = wrong.Errors }
            ),
            _ => await screen.MissingAsync(number, user, cancellation),
        };

    private static async Task<IResult> UntagAsync(
        long number,
        [FromForm] string? tag,
        CurrentUser user,
        Tags tags,
        LeadScreen screen,
        CancellationToken cancellation
    ) =>
        await tags.RemoveAsync(number, tag, user, cancellation) switch
        {
            TagResult.Done => screen.BackTo(number, FlashMessage.Untagged),
            _ => await screen.MissingAsync(number, user, cancellation),
        };
}
