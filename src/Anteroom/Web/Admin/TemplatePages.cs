using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Leads;
using Anteroom.Mail;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>What an editor shows.</summary>
/// <param name="State">The kind and the text in use.</param>
/// <param name="Source">What stands in the form.</param>
/// <param name="Problems">What is wrong with it.</param>
/// <param name="Version">The version the writer began with.</param>
public sealed record TemplateEditor(
    TemplateState State,
    TemplateSource Source,
    IReadOnlyList<TemplateProblem> Problems,
    string Version
)
{
    /// <summary>The filled-in email; null when it is broken.</summary>
    public MailText? Preview { get; init; }

    /// <summary>The lead whose values it shows; null for examples.</summary>
    public Lead? Lead { get; init; }

    /// <summary>The number that was asked for, as typed.</summary>
    public string? AskedLead { get; init; }

    /// <summary>The address of the HTML part.</summary>
    public string Frame { get; init; } = "";
}

/// <summary>The pages of an administrator about the texts of emails.</summary>
public static class TemplatePages
{
    /// <summary>Maps <c>/admin/templates</c> and what is below it.</summary>
    public static void MapTemplatePages(this IEndpointRouteBuilder pages)
    {
        var templates = pages.MapGroup("/admin/templates").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        templates.MapGet("", ListAsync);
        templates.MapGet("/{kind}", ShowAsync);
        templates.MapPost("/{kind}", SaveAsync);
        templates.MapPost("/{kind}/preview", PreviewAsync);
        templates.MapGet("/{kind}/frame", FrameAsync);
        templates.MapPost("/{kind}/test", SendTestAsync);
        templates.MapPost("/{kind}/reset", ResetAsync);
    }

    private static async Task<IResult> ListAsync(
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<TemplateListPage>(
            new { Templates = await templates.ListAsync(cancellation), FlashMessage = context.TakeFlash() }
        );

    private static async Task<IResult> ShowAsync(
        string kind,
        string? lead,
        bool? draft,
        string? version,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        var state = await templates.FindAsync(facts, cancellation);
        var written = draft == true ? await templates.FindDraftAsync(facts, by, cancellation) : null;
        var editor = await EditorAsync(
            state,
            written ?? state.Source,
            written is null ? null : version,
            lead,
            written is not null,
            templates,
            cancellation
        );
        return Pages.Page<TemplateEditorPage>(new { Editor = editor, FlashMessage = context.TakeFlash() });
    }

    private static async Task<IResult> SaveAsync(
        string kind,
        [FromForm] string? subject,
        [FromForm] string? text,
        [FromForm] string? html,
        [FromForm] string? lead,
        [FromForm] string? version,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        var source = TemplateSource.Clean(subject, text, html);
        var result = await templates.SaveAsync(facts, source, Version(version), by, cancellation);
        if (result is SaveTemplateResult.Saved)
        {
            context.Leave(FlashMessage.TemplateSaved);
            return Pages.SeeOther("/admin/templates");
        }

        // What cannot be kept at all, as half a surrogate pair, cannot be previewed either.
        await templates.KeepDraftAsync(facts, source, by, cancellation);
        var state = await templates.FindAsync(facts, cancellation);
        var meanwhile = result as SaveTemplateResult.ChangedMeanwhile;
        return Pages.Page<TemplateEditorPage>(
            new
            {
                Editor = await EditorAsync(
                    state,
                    source,
                    meanwhile is null ? version : null,
                    lead,
                    draft: true,
                    templates,
                    cancellation
                ),
                Meanwhile = meanwhile,
                Refused = result is SaveTemplateResult.Broken,
            },
            meanwhile is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status409Conflict
        );
    }

    private static async Task<IResult> PreviewAsync(
        string kind,
        [FromForm] string? subject,
        [FromForm] string? text,
        [FromForm] string? html,
        [FromForm] string? lead,
        [FromForm] string? version,
        CurrentUser by,
        EditTemplate templates,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        await templates.KeepDraftAsync(facts, TemplateSource.Clean(subject, text, html), by, cancellation);
        return Pages.SeeOther(Draft(facts, lead, version) + "#preview");
    }

    private static async Task<IResult> SendTestAsync(
        string kind,
        [FromForm] string? subject,
        [FromForm] string? text,
        [FromForm] string? html,
        [FromForm] string? lead,
        [FromForm] string? version,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        var source = TemplateSource.Clean(subject, text, html);
        await templates.KeepDraftAsync(facts, source, by, cancellation);
        var to = await templates.SendTestAsync(facts, source, Number(lead), by, cancellation);
        if (to is not null)
            context.Leave(FlashMessage.TemplateTestSent);
        return Pages.SeeOther(Draft(facts, lead, version));
    }

    private static async Task<IResult> ResetAsync(
        string kind,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        await templates.ResetAsync(facts, by, cancellation);
        context.Leave(FlashMessage.TemplateReset);
        return Pages.SeeOther("/admin/templates");
    }

    private static async Task<IResult> FrameAsync(
        string kind,
        string? lead,
        bool? draft,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        var source = draft == true ? await templates.FindDraftAsync(facts, by, cancellation) : null;
        source ??= (await templates.FindAsync(facts, cancellation)).Source;
        var (mail, _, _) = await templates.PreviewAsync(facts, source, Number(lead), cancellation);
        return MailFrame.Answer(context, mail);
    }

    private static async Task<TemplateEditor> EditorAsync(
        TemplateState state,
        TemplateSource source,
        string? version,
        string? asked,
        bool draft,
        EditTemplate templates,
        CancellationToken cancellation
    )
    {
        var (mail, problems, lead) = await templates.PreviewAsync(state.Facts, source, Number(asked), cancellation);
        var query = new QueryString();
        if (draft)
            query = query.Add("draft", "true");
        if (lead is not null)
            query = query.Add("lead", lead.Number.ToString(CultureInfo.InvariantCulture));
        else if (Number(asked) is { } number)
            query = query.Add("lead", number.ToString(CultureInfo.InvariantCulture));
        return new TemplateEditor(
            state,
            source,
            problems,
            version ?? state.Version.ToString(CultureInfo.InvariantCulture)
        )
        {
            Preview = mail,
            Lead = lead,
            AskedLead = asked,
            Frame = $"/admin/templates/{state.Facts.Name}/frame{query}",
        };
    }

    private static string Draft(MailKindFacts facts, string? lead, string? version)
    {
        var query = new QueryString().Add("draft", "true");
        if (Number(lead) is { } number)
            query = query.Add("lead", number.ToString(CultureInfo.InvariantCulture));
        if (Version(version) is { } began)
            query = query.Add("version", began.ToString(CultureInfo.InvariantCulture));
        return $"/admin/templates/{facts.Name}{query}";
    }

    // What is no number is no lead: the page says that there is none.
    private static long? Number(string? lead) =>
        string.IsNullOrWhiteSpace(lead) ? null
        : long.TryParse(lead.Trim().TrimStart('#'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
        : 0;

    private static long? Version(string? version) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;

    private static IResult NoSuchKind() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "This email does not exist",
            "The list of templates has every email that Anteroom sends."
        );
}
