using Anteroom.Leads;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Details;

/// <summary>The files that people of the firm add to a lead. They are downloaded and viewed like all of its documents (<see cref="ResumePages"/>).</summary>
internal static class FilePages
{
    public static void MapFilePages(this RouteGroupBuilder lead)
    {
        lead.MapPost("/files", AddAsync);
        lead.MapPost("/files/{document:guid}", ChangeAsync);
        lead.MapPost("/files/{document:guid}/remove", RemoveAsync);
    }

    /// <summary>Adds what can be added; the page says what could not, and why.</summary>
    private static async Task<IResult> AddAsync(
        [AsParameters] LeadRequest request,
        HttpContext context,
        AddFile add,
        LeadQueries leads
    )
    {
        if (!context.Request.HasFormContentType)
            return ErrorPages.For(StatusCodes.Status415UnsupportedMediaType);
        var form = await context.Request.ReadFormAsync(request.Cancellation);
        if (await leads.IdOfAsync(request.Number, request.User, request.Cancellation) is not { } id)
            return await request.MissingAsync();
        var refused = new List<string>();
        var sent = form
            .Files.Where(file => file.Name == "file" && (file.Length > 0 || file.FileName.Length > 0))
            .ToList();
        foreach (var file in sent)
        {
            await using var content = file.OpenReadStream();
            switch (await add.RunAsync(id, content, file.FileName, form["note"], request.User, request.Cancellation))
            {
                case (_, Refusal.Invalid wrong):
                    refused.Add($"“{file.FileName}”: {T.Say(wrong.Errors.ByField.First().Value[0])}");
                    break;
                case (_, { } refusal):
                    return await request.RefusedAsync(refusal);
            }
        }

        if (sent.Count == 0)
            refused.Add(T["Please choose a file first."]);
        return refused.Count == 0
            ? request.Back(sent.Count == 1 ? FlashMessage.FileAdded : FlashMessage.FilesAdded)
            : await request.RefuseAsync(
                new Conflict(
                    refused.Count < sent.Count ? T["Some files were not added."] : T["Nothing was added."],
                    string.Join(' ', refused)
                ),
                status: StatusCodes.Status422UnprocessableEntity
            );
    }

    private static async Task<IResult> ChangeAsync(
        [AsParameters] LeadRequest request,
        Guid document,
        [FromForm(Name = "file_name")] string? name,
        [FromForm] string? note,
        ChangeFiles files,
        LeadQueries leads
    )
    {
        if (await leads.IdOfAsync(request.Number, request.User, request.Cancellation) is not { } id)
            return await request.MissingAsync();
        return await files.ChangeAsync(id, document, name ?? "", note ?? "", request.User, request.Cancellation) switch
        {
            (_, null) => request.Back(FlashMessage.FileSaved),
            (_, Refusal.Invalid wrong) => await request.RefuseAsync(
                new Conflict(T["The file was left as it is."], T.Say(wrong.Errors.ByField.First().Value[0])),
                status: StatusCodes.Status422UnprocessableEntity
            ),
            _ => Gone(),
        };
    }

    private static async Task<IResult> RemoveAsync(
        [AsParameters] LeadRequest request,
        Guid document,
        ChangeFiles files,
        LeadQueries leads
    )
    {
        if (await leads.IdOfAsync(request.Number, request.User, request.Cancellation) is not { } id)
            return await request.MissingAsync();
        return await files.RemoveAsync(id, document, request.User, request.Cancellation) switch
        {
            null => request.Back(FlashMessage.FileRemoved),
            LeadRefusal.OnHold => await request.RefuseAsync(
                new Conflict(
                    "This lead is on legal hold.",
                    "Nothing was removed: its files stay until the hold is released."
                )
            ),
            _ => Gone(),
        };
    }

    private static IResult Gone() =>
        ErrorPages.For(StatusCodes.Status404NotFound, "This file is gone", "Somebody has removed it already.");
}
