using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Leads;
using Anteroom.Mail;

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

/// <summary>What the address of a preview asks for.</summary>
internal sealed record AskedTemplate
{
    /// <summary>The number of the lead whose values fill the preview.</summary>
    public string? Lead { get; init; }

    /// <summary>Whether to show the unsaved draft instead of the text in use.</summary>
    public bool? Draft { get; init; }

    /// <summary>The version the writer began with.</summary>
    public string? Version { get; init; }
}

/// <summary>The templates of emails, for administrators.</summary>
internal static class TemplatePages
{
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
        [AsParameters] AskedTemplate asked,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        var state = await templates.FindAsync(facts, cancellation);
        var written = asked.Draft == true ? await templates.FindDraftAsync(facts, by, cancellation) : null;
        var editor = await EditorAsync(
            state,
            written ?? state.Source,
            written is null ? new AskedTemplate { Lead = asked.Lead } : asked,
            templates,
            cancellation
        );
        return Pages.Page<TemplateEditorPage>(new { Editor = editor, FlashMessage = context.TakeFlash() });
    }

    private static async Task<IResult> SaveAsync(
        string kind,
        [AsParameters] PostedMail posted,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        var source = posted.ToSource();
        var result = await templates.SaveAsync(facts, source, Version(posted.Version), by, cancellation);
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
                    new AskedTemplate
                    {
                        Lead = posted.Lead,
                        Draft = true,
                        Version = meanwhile is null ? posted.Version : null,
                    },
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
        [AsParameters] PostedMail posted,
        CurrentUser by,
        EditTemplate templates,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        await templates.KeepDraftAsync(facts, posted.ToSource(), by, cancellation);
        return Pages.SeeOther(DraftAddress(facts, posted) + "#preview");
    }

    private static async Task<IResult> SendTestAsync(
        string kind,
        [AsParameters] PostedMail posted,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        var source = posted.ToSource();
        await templates.KeepDraftAsync(facts, source, by, cancellation);
        var to = await templates.SendTestAsync(facts, source, PostedMail.LeadIn(posted.Lead), by, cancellation);
        if (to is not null)
            context.Leave(FlashMessage.TemplateTestSent);
        return Pages.SeeOther(DraftAddress(facts, posted));
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
        [AsParameters] AskedTemplate asked,
        CurrentUser by,
        EditTemplate templates,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (MailKinds.Find(kind) is not { } facts)
            return NoSuchKind();
        var source = asked.Draft == true ? await templates.FindDraftAsync(facts, by, cancellation) : null;
        source ??= (await templates.FindAsync(facts, cancellation)).Source;
        var (mail, _, _) = await templates.PreviewAsync(facts, source, PostedMail.LeadIn(asked.Lead), cancellation);
        return MailFrame.Answer(context, mail);
    }

    private static async Task<TemplateEditor> EditorAsync(
        TemplateState state,
        TemplateSource source,
        AskedTemplate asked,
        EditTemplate templates,
        CancellationToken cancellation
    )
    {
        var (mail, problems, lead) = await templates.PreviewAsync(
            state.Facts,
            source,
            PostedMail.LeadIn(asked.Lead),
            cancellation
        );
        var query = new QueryString();
        if (asked.Draft == true)
            query = query.Add("draft", "true");
        if (lead is not null)
            query = query.Add("lead", lead.Number.ToString(CultureInfo.InvariantCulture));
        else if (PostedMail.LeadIn(asked.Lead) is { } number)
            query = query.Add("lead", number.ToString(CultureInfo.InvariantCulture));
        return new TemplateEditor(
            state,
            source,
            problems,
            asked.Version ?? state.Version.ToString(CultureInfo.InvariantCulture)
        )
        {
            Preview = mail,
            Lead = lead,
            AskedLead = asked.Lead,
            Frame = $"/admin/templates/{state.Facts.Name}/frame{query}",
        };
    }

    private static string DraftAddress(MailKindFacts facts, PostedMail posted)
    {
        var query = new QueryString().Add("draft", "true");
        if (PostedMail.LeadIn(posted.Lead) is { } number)
            query = query.Add("lead", number.ToString(CultureInfo.InvariantCulture));
        if (Version(posted.Version) is { } began)
            query = query.Add("version", began.ToString(CultureInfo.InvariantCulture));
        return $"/admin/templates/{facts.Name}{query}";
    }

    private static long? Version(string? version) =>
        long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;

    private static IResult NoSuchKind() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "This email does not exist",
            "The list of templates has every email that Anteroom sends."
        );
}
