using Anteroom.Leads;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Details;

/// <summary>What people write on a lead's page: notes, emails, tasks, tags.</summary>
internal static class LeadWriting
{
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
            (var note, null) => request.Back(note!.Mentioned > 0 ? FlashMessage.NotedAndMentioned : FlashMessage.Noted),
            (_, var refusal) => await request.RefusedAsync(refusal, new Composer { Open = "note", Note = text }),
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
        if (@do == "preview")
            return await write.PreviewAsync(request.Number, subject, text, request.User, request.Cancellation) switch
            {
                (var looks, null) => await request.AgainAsync(composer with { Preview = looks }),
                (_, var refusal) => await request.RefusedAsync(refusal, composer),
            };
        return await write.SendAsync(request.Number, subject, text, request.User, request.Cancellation) switch
        {
            null => request.Back(FlashMessage.Written),
            LeadRefusal.BeingWelcomed => await request.RefuseAsync(
                new Conflict(
                    T["The welcome email is being sent at this moment."],
                    T[
                        "Your email was not sent; it is still here. Try again in a few seconds, or rewrite it as a reply to the welcome."
                    ]
                ),
                composer
            ),
            var refusal => await request.RefusedAsync(refusal, composer),
        };
    }

    private static async Task<IResult> SendAgainAsync(
        [AsParameters] LeadRequest request,
        Guid email,
        SendAgain sendAgain
    ) =>
        await sendAgain.RunAsync(request.Number, email, request.User, request.Cancellation) is { } refusal
            ? await request.RefusedAsync(refusal)
            : request.Back(FlashMessage.SentAgain);

    private static async Task<IResult> AddTaskAsync(
        [AsParameters] LeadRequest request,
        [FromForm] string? title,
        [FromForm(Name = "due_on")] string? dueOn,
        [FromForm(Name = "task_for")] string? taskFor,
        [FromForm] string? repeats,
        [FromForm] string? due,
        ChangeTasks tasks,
        TaskList list
    )
    {
        // A button for a day says more than the field beside it.
        var form = new TaskForm(title, list.DayOf(due) ?? dueOn, taskFor, repeats);
        return await tasks.AddAsync(request.Number, form, request.User, request.Cancellation) is { } refusal
            ? await request.RefusedAsync(refusal, new Composer { Open = "task", Task = form })
            : request.Back(FlashMessage.TaskAdded);
    }

    private static async Task<IResult> MarkTaskAsync(
        [AsParameters] LeadRequest request,
        Guid task,
        [FromForm] string? done,
        ChangeTasks tasks
    ) =>
        done == "stop"
            ? await tasks.StopAsync(task, request.User, request.Cancellation) is { } gone
                ? await request.RefusedAsync(gone)
                : request.Back(FlashMessage.TaskRepeatsNoMore)
            : await tasks.MarkAsync(task, done == "true", request.User, request.Cancellation) is { } refusal
                ? await request.RefusedAsync(refusal)
                : request.Back(done == "true" ? FlashMessage.TaskDone : FlashMessage.TaskReopened);

    private static async Task<IResult> TagAsync(
        [AsParameters] LeadRequest request,
        [FromForm] string? tag,
        Tags tags
    ) =>
        await tags.AddAsync(request.Number, tag, request.User, request.Cancellation) is { } refusal
            ? await request.RefusedAsync(refusal, new Composer { Tag = tag })
            : request.Back(FlashMessage.Tagged);

    private static async Task<IResult> UntagAsync(
        [AsParameters] LeadRequest request,
        [FromForm] string? tag,
        Tags tags
    ) =>
        await tags.RemoveAsync(request.Number, tag, request.User, request.Cancellation) is { } refusal
            ? await request.RefusedAsync(refusal)
            : request.Back(FlashMessage.Untagged);
}
