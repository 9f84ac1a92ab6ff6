using System.Globalization;
using Anteroom.Firm;
using Anteroom.Leads;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Workspace.Details;

/// <summary>Builds the page of a lead from its address and from what the caller has to say.</summary>
internal sealed class LeadScreen(
    LeadQueries leads,
    WriteToProspect write,
    IOptions<FirmOptions> firm,
    TimeProvider time,
    IHttpContextAccessor http
)
{
    private const int LongestList = 1_000;

    private HttpContext Context => http.HttpContext!;

    /// <summary>The query of the list that the page was opened from; empty for the plain list.</summary>
    public string List
    {
        get
        {
            var view = Context.Request.Query["view"].LastOrDefault() ?? "";
            return view.Length > LongestList || view.Any(char.IsControl) ? "" : view.TrimStart('?');
        }
    }

    /// <summary>The page; 422 with what was typed when <paramref name="composer"/> names what is wrong with it.</summary>
    public async Task<IResult> ShowAsync(
        long number,
        CurrentUser user,
        CancellationToken cancellation,
        Composer? composer = null,
        Conflict? conflict = null,
        int? status = null
    )
    {
        var query = Context.Request.Query;
        var list = List;
        var filter = WireName.TryParse(query["show"].LastOrDefault(), out TimelineFilter known)
            ? known
            : TimelineFilter.All;
        Guid? before = Guid.TryParse(query["before"].LastOrDefault(), out var key) ? key : null;
        var asked = new LeadDetailsQuery
        {
            Timeline = filter,
            Before = before,
            List =
                ListQuery.Read(list, user, view: null, out _)?.ToLeadQuery(time.GetUtcNow(), firm.Value.Zone)
                ?? new LeadQuery(),
        };
        if (await leads.DetailsAsync(number, asked, user, cancellation) is not { } details)
            return await MissingAsync(number, user, cancellation);
        composer ??= await BegunAsync(number, user, cancellation);
        return Pages.Page<LeadDetailsPage>(
            new
            {
                Model = new LeadModel(details, list, filter, before)
                {
                    Flash = composer.Errors.IsEmpty && conflict is null ? Context.TakeFlash() : null,
                    Conflict = conflict,
                    Composer = composer,
                },
            },
            status ?? (composer.Errors.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity)
        );
    }

    /// <summary>Why nothing was changed: a form with what is wrong, a conflict, or that there is no such lead.</summary>
    public Task<IResult> RefusedAsync(
        long number,
        CurrentUser user,
        Refusal refusal,
        CancellationToken cancellation,
        Composer? composer = null
    ) =>
        refusal switch
        {
            Refusal.NotFound => MissingAsync(number, user, cancellation),
            Refusal.Invalid wrong when composer is not null => ShowAsync(
                number,
                user,
                cancellation,
                composer with
                {
                    Errors = wrong.Errors,
                }
            ),
            _ => ShowAsync(number, user, cancellation, composer, Conflict.Words(refusal), Conflict.Status(refusal)),
        };

    /// <summary>An email that begins with the chosen snippet.</summary>
    private async Task<Composer> BegunAsync(long number, CurrentUser user, CancellationToken cancellation)
    {
        var query = Context.Request.Query;
        if (
            Guid.TryParse(query["snippet"].LastOrDefault(), out var snippet)
            && await write.BeginAsync(number, snippet, user, cancellation) is { } letter
        )
            return new Composer
            {
                Open = "email",
                Snippet = snippet,
                Subject = letter.Subject,
                Text = letter.Text,
            };
        return new Composer
        {
            Open = query["write"].LastOrDefault() is { } form and ("note" or "email" or "task") ? form : "",
        };
    }

    public IResult BackTo(long number, FlashMessage flash)
    {
        Context.Leave(flash);
        return Pages.SeeOther(LeadModel.At(number, "", List));
    }

    /// <summary>When there is no such lead: a redirect to the one that it was merged into, or a 404.</summary>
    public async Task<IResult> MissingAsync(long number, CurrentUser user, CancellationToken cancellation)
    {
        if (await leads.MergedIntoAsync(number, user, cancellation) is not { } into)
            return NoSuchLead(number);
        if (!HttpMethods.IsGet(Context.Request.Method))
            return BackTo(into, FlashMessage.MergedMeanwhile);
        Context.Response.Headers.CacheControl = "private, no-store";
        return Results.Redirect(LeadModel.At(into, "", List), permanent: true);
    }

    /// <summary>The page that says that there is no lead of this number.</summary>
    public static IResult NoSuchLead(long number) =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            T["There is no lead {0}", number],
            "The number may be mistyped, or the lead has been erased."
        );
}
