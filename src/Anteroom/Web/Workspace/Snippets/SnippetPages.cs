using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Leads;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.Snippets;

/// <summary>A snippet as its editor sends it.</summary>
internal sealed record PostedSnippet
{
    [FromForm]
    public string? Name { get; init; }

    [FromForm]
    public string? Subject { get; init; }

    [FromForm]
    public string? Text { get; init; }

    /// <summary>The version the writer began with; none for a new snippet.</summary>
    [FromForm]
    public string? Version { get; init; }

    public SnippetForm ToForm() => new(Name, Subject, Text);
}

/// <summary>The snippets that emails to prospects can begin with: everyone reads them, administrators and attorneys edit them.</summary>
internal static class SnippetPages
{
    public static void MapSnippetPages(this IEndpointRouteBuilder pages)
    {
        var anyone = pages.MapGroup("").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        anyone.MapGet("/snippets", ListAsync);
        anyone.MapGet("/replies/{**path}", Moved);
        var snippets = pages.MapGroup("/snippets").RequireAuthorization(Rights.KeepSnippets).KeepOutOfCaches();
        snippets.MapGet("/new", IResult () => Editor(id: null, new SnippetForm("", "", ""), version: ""));
        snippets.MapPost("/new", AddAsync);
        snippets.MapGet("/{id:guid}", ShowAsync);
        snippets.MapPost("/{id:guid}", SaveAsync);
        snippets.MapPost("/{id:guid}/remove", RemoveAsync);
    }

    /// <summary>The address that bookmarks may still have.</summary>
    private static IResult Moved(string? path) =>
        Results.Redirect(new PathString($"/snippets/{path}".TrimEnd('/')).ToUriComponent(), permanent: true);

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
            : NoSuchSnippet();

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
                return Pages.SeeOther("/snippets");
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
                return NoSuchSnippet();
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
            return NoSuchSnippet();
        context.Leave(FlashMessage.SnippetRemoved);
        return Pages.SeeOther("/snippets");
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

    private static IResult NoSuchSnippet() =>
        ErrorPages.For(StatusCodes.Status404NotFound, "This snippet does not exist", "It may have been removed.");
}
