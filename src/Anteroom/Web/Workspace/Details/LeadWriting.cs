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
        [AsParameters] LeadRequest request,
        [FromForm] string? text,
        AddNote addNote,
        LeadQueries leads
    )
    {
        if (await leads.IdOfAsync(request.Number, request.User, request.Cancellation) is not { } id)
            return await request.MissingAsync();
        return await addNote.RunAsync(id, text, request.User, request.Cancellation) switch
        {
            AddNoteResult.Added added => request.Back(
                added.Told > 0 ? FlashMessage.NotedAndMentioned : FlashMessage.Noted
            ),
            AddNoteResult.Invalid wrong => await request.AgainAsync(
                new Composer { Note = text, Errors = wrong.Errors }
            ),
            _ => await request.MissingAsync(),
        };
    }

    private static async Task<IResult> EmailAsync(
        [AsParameters] LeadRequest request,
        [FromForm] string? subject,
        [FromForm] string? text,
        [FromForm] string? @do,
        WriteToProspect write
    )
    {
        var composer = new Composer
        {
            Open = "email",
            Subject = subject,
            Text = text,
        };
        switch (
            await write.RunAsync(
                request.Number,
                subject,
                text,
                send: @do != "preview",
                request.User,
                request.Cancellation
            )
        )
        {
            case WriteResult.Queued:
                return request.Back(FlashMessage.Written);
            case WriteResult.Preview preview:
                return await request.AgainAsync(composer with { Preview = preview.Looks });
            case WriteResult.Invalid wrong:
                return await request.AgainAsync(composer with { Errors = wrong.Errors });
            case WriteResult.BeingWelcomed:
                return await request.RefuseAsync(
                    new Conflict(
                        "The welcome email is being sent at this moment.",
                        "Your email was not sent; it is still here. Try again in a few seconds, or rewrite it as a reply to the welcome."
                    ),
                    composer
                );
            default:
                return await request.MissingAsync();
        }
    }

    private static async Task<IResult> SendAgainAsync(
        [AsParameters] LeadRequest request,
        Guid email,
        SendAgain sendAgain
    ) =>
        await sendAgain.RunAsync(request.Number, email, request.User, request.Cancellation) switch
        {
            SendAgainResult.Queued => request.Back(FlashMessage.SentAgain),
            SendAgainResult.Refused refused => await request.RefuseAsync(
                new Conflict("That email was not sent again.", refused.Sentence)
            ),
            _ => await request.MissingAsync(),
        };

    private static async Task<IResult> AddTaskAsync(
        [AsParameters] LeadRequest request,
        [FromForm] string? title,
        [FromForm(Name = "due_on")] string? dueOn,
        [FromForm(Name = "task_for")] string? taskFor,
        ChangeTasks tasks
    )
    {
        var form = new TaskForm(title, dueOn, taskFor);
        return await tasks.AddAsync(request.Number, form, request.User, request.Cancellation) switch
        {
            TaskResult.Kept => request.Back(FlashMessage.TaskAdded),
            TaskResult.Invalid wrong => await request.AgainAsync(
                new Composer
                {
                    Open = "task",
                    Task = form,
                    Errors = wrong.Errors,
                }
            ),
            _ => await request.MissingAsync(),
        };
    }

    private static async Task<IResult> MarkTaskAsync(
        [AsParameters] LeadRequest request,
        Guid task,
        [FromForm] string? done,
        ChangeTasks tasks
    ) =>
        await tasks.MarkAsync(task, done == "true", request.User, request.Cancellation) switch
        {
            TaskResult.Kept => request.Back(done == "true" ? FlashMessage.TaskDone : FlashMessage.TaskReopened),
            _ => await request.MissingAsync(),
        };

    private static async Task<IResult> TagAsync(
        [AsParameters] LeadRequest request,
        [FromForm] string? tag,
        Tags tags
    ) =>
        await tags.AddAsync(request.Number, tag, request.User, request.Cancellation) switch
        {
            TagResult.Done => request.Back(FlashMessage.Tagged),
            TagResult.Invalid wrong => await request.AgainAsync(new Composer { Tag = tag, Errors = wrong.Errors }),
            _ => await request.MissingAsync(),
        };

    private static async Task<IResult> UntagAsync(
        [AsParameters] LeadRequest request,
        [FromForm] string? tag,
        Tags tags
    ) =>
        await tags.RemoveAsync(request.Number, tag, request.User, request.Cancellation) switch
        {
            TagResult.Done => request.Back(FlashMessage.Untagged),
            _ => await request.MissingAsync(),
        };
}
