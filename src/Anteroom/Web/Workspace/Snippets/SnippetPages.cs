using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Leads;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Snippets;

/// <summary>A text as its editor sends it.</summary>
internal sealed record PostedSnippet
{
    [FromForm]
    public string? Name { get; init; }

    [FromForm]
    public string? Subject { get; init; }

    [FromForm]
    public string? Text { get; init; }

    /// <summary>The version the writer began with; none for a new text.</summary>
    [FromForm]
    public string? Version { get; init; }

    public SnippetForm ToForm() => new(Name, Subject, Text);
}

/// <summary>The texts that emails to prospects can begin with: everyone reads them, administrators and attorneys edit them.</summary>
internal static class SnippetPages
{
    public static void MapSnippetPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGroup("/replies").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches().MapGet("", ListAsync);
        var texts = pages.MapGroup("/replies").RequireAuthorization(Rights.KeepSnippets).KeepOutOfCaches();
        texts.MapGet("/new", IResult () => Editor(id: null, new SnippetForm("", "", ""), version: ""));
        texts.MapPost("/new", AddAsync);
        texts.MapGet("/{id:guid}", ShowAsync);
        texts.MapPost("/{id:guid}", SaveAsync);
        texts.MapPost("/{id:guid}/remove", RemoveAsync);
    }

    private static async Task<IResult> ListAsync(
        CurrentUser user,
        EditSnippets editSnippets,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<SnippetListPage>(
            new
            {
                Snippets = await editSnippets.ListAsync(cancellation),
                MayKeep = user.Role != Role.Staff,
                FlashMessage = context.TakeFlash(),
            }
        );

    private static async Task<IResult> ShowAsync(Guid id, EditSnippets editSnippets, CancellationToken cancellation) =>
        await editSnippets.FindAsync(id, cancellation) is { Snippet: var snippet }
            ? Editor(id, new SnippetForm(snippet.Name, snippet.Subject, snippet.Text), Version(snippet))
            : NoSuchText();

    private static Task<IResult> AddAsync(
        [AsParameters] PostedSnippet posted,
        CurrentUser by,
        EditSnippets editSnippets,
        HttpContext context,
        CancellationToken cancellation
    ) => SaveAsync(id: null, posted with { Version = "" }, by, editSnippets, context, cancellation);

    private static async Task<IResult> SaveAsync(
        Guid? id,
        [AsParameters] PostedSnippet posted,
        CurrentUser by,
        EditSnippets editSnippets,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var form = posted.ToForm();
        long? seen = long.TryParse(posted.Version, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? ticks
            : null;
        switch (await editSnippets.SaveAsync(id, form, seen, by, cancellation))
        {
            case null:
                context.Leave(FlashMessage.SnippetSaved);
                return Pages.SeeOther("/replies");
            case Refusal.Invalid wrong:
                return Editor(id, form, posted.Version ?? "", wrong.Errors, StatusCodes.Status422UnprocessableEntity);
            case Refusal.ChangedMeanwhile<SnippetRow> meanwhile:
                return Editor(
                    id,
                    form,
                    Version(meanwhile.Now.Snippet),
                    status: StatusCodes.Status409Conflict,
                    meanwhile: meanwhile.Now
                );
            default:
                return NoSuchText();
        }
    }

    private static async Task<IResult> RemoveAsync(
        Guid id,
        EditSnippets editSnippets,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!await editSnippets.RemoveAsync(id, cancellation))
            return NoSuchText();
        context.Leave(FlashMessage.SnippetRemoved);
        return Pages.SeeOther("/replies");
    }

    private static string Version(Snippet snippet) => snippet.ChangedAt.UtcTicks.ToString(CultureInfo.InvariantCulture);

    private static RazorComponentResult<SnippetEditorPage> Editor(
        Guid? id,
        SnippetForm form,
        string version,
        FieldErrors? errors = null,
        int status = StatusCodes.Status200OK,
        SnippetRow? meanwhile = null
    ) =>
        Pages.Page<SnippetEditorPage>(
            new
            {
                Id = id,
                Form = form,
                Version = version,
                Errors = errors ?? new FieldErrors(),
                Meanwhile = meanwhile,
            },
            status
        );

    private static IResult NoSuchText() =>
        ErrorPages.For(StatusCodes.Status404NotFound, "This text does not exist", "It may have been removed.");
}
