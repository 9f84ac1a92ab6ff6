using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Leads;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Workspace.List;

/// <summary>A view as the forms of the list and the board send it.</summary>
internal sealed record PostedView
{
    [FromForm]
    public string? Name { get; init; }

    /// <summary>The query of the address that it keeps; null leaves it unchanged.</summary>
    [FromForm]
    public string? Query { get; init; }

    [FromForm]
    public string? Columns { get; init; }

    /// <summary>Ticked to give it to everyone in the firm.</summary>
    [FromForm]
    public string? Firm { get; init; }

    [FromForm]
    public string? Place { get; init; }

    /// <summary>The list or the board, wherever the form stands.</summary>
    public string PlaceAddress => Place == "/board" ? "/board" : "/leads";
}

/// <summary>The list of leads, its export, and each user's columns and views.</summary>
internal static class ListPages
{
    public static void MapListPages(this IEndpointRouteBuilder pages)
    {
        var leads = pages.MapGroup("").RequireAuthorization(Rights.WorkLeads).KeepOutOfCaches();
        leads.MapGet("/leads", ListAsync);
        leads.MapGet("/leads.csv", ExportAsync);
        leads.MapPost("/leads/settings", SettleAsync);
        leads.MapPost("/leads/views", AddViewAsync);
        leads.MapPost("/leads/views/{id:guid}", ChangeViewAsync);
        leads.MapPost("/leads/views/{id:guid}/delete", DeleteViewAsync);
    }

    private static async Task<IResult> ListAsync(
        CurrentUser user,
        ReadListRequest readRequest,
        LeadQueries leads,
        SearchHits hits,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var request = await readRequest.RunAsync(
            context.Request.QueryString.Value,
            user,
            context.TakeFlash()?.Undo,
            cancellation
        );
        if (!request.IsClear)
            return request.Problem;
        var page = await leads.PageAsync(request.Leads, user, cancellation);
        return Pages.Page<LeadListPage>(
            new
            {
                Model = new ListModel("/leads", request.Query, request.Context, page, user, readRequest.PracticeAreas)
                {
                    Hits = await hits.OfAsync(
                        request.Leads.Filter.Search,
                        page.Rows.Select(lead => (lead.Number, lead.FullName, lead.Email)),
                        cancellation
                    ),
                },
            }
        );
    }

    private static async Task<IResult> ExportAsync(
        CurrentUser user,
        ReadListRequest readRequest,
        ExportLeads export,
        AuditLog audit,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var request = await readRequest.RunAsync(context.Request.QueryString.Value, user, undo: null, cancellation);
        if (!request.IsClear)
            return request.Problem;
        var all = request.Leads with { Sort = LeadSort.Newest, Before = null, After = null };
        // What was searched for may be somebody's name.
        await audit.WriteAsync(
            AuditKind.Exported,
            $"exported leads{(request.Query.Filter with { Search = null, Numbers = [] }).ToQuery()}",
            "leads",
            by: user,
            cancellation: cancellation
        );
        var name = string.Create(CultureInfo.InvariantCulture, $"leads-{readRequest.Now.UtcDateTime:yyyy-MM-dd}.csv");
        return Results.Stream(
            stream => export.WriteCsvAsync(all, long.MaxValue, user, stream, cancellation),
            "text/csv; charset=utf-8",
            name
        );
    }

    private static async Task<IResult> SettleAsync(
        [FromForm] IFormCollection form,
        CurrentUser user,
        KeepViews views,
        CancellationToken cancellation
    )
    {
        var columns = Columns(form);
        var back = Back(form["back"]);
        if (Guid.TryParse(form["view"], out var view))
        {
            await views.ChangeAsync(view, name: null, query: null, columns.ToText(), user, cancellation);
            return Pages.SeeOther(back);
        }

        if (!WireName.TryParse(form["density"], out Density density))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        await views.SettleAsync(columns.ToText(), density, user, cancellation);
        return Pages.SeeOther(back);
    }

    /// <summary>The ticked columns in the order of the form, one of them moved up or down.</summary>
    private static List<ListColumn> Columns(IFormCollection form)
    {
        List<ListColumn> columns = [.. ListColumns.Read(string.Join(',', form["column"].ToArray()))];
        Move("up", -1);
        Move("down", 1);
        return columns;

        void Move(string button, int by)
        {
            if (
                !WireName.TryParse(form[button], out ListColumn column)
                || columns.IndexOf(column) is not (>= 0 and var at)
            )
                return;
            columns.RemoveAt(at);
            columns.Insert(Math.Clamp(at + by, 0, columns.Count), column);
        }
    }

    private static async Task<IResult> AddViewAsync(
        [AsParameters] PostedView posted,
        CurrentUser user,
        KeepViews views,
        CancellationToken cancellation
    )
    {
        if (ListQuery.Read(posted.Query, user, view: null, out var problem) is not { } query)
            return ErrorPages.For(StatusCodes.Status400BadRequest, "That filter does not work", problem!);
        return await views.AddAsync(
            posted.Name,
            posted.Firm is not null,
            query.ToQuery(),
            ListColumns.Read(posted.Columns).ToText(),
            user,
            cancellation
        ) switch
        {
            (var view, null) => Pages.SeeOther(posted.PlaceAddress + QueryString.Create("view", view!.Id.ToString())),
            (_, Refusal.Invalid(var errors)) => Invalid(errors),
            _ => ErrorPages.For(StatusCodes.Status403Forbidden),
        };
    }

    private static async Task<IResult> ChangeViewAsync(
        Guid id,
        [AsParameters] PostedView posted,
        CurrentUser user,
        KeepViews views,
        CancellationToken cancellation
    )
    {
        string? asks = null;
        if (posted.Query is not null)
        {
            if (ListQuery.Read(posted.Query, user, view: null, out var problem) is not { } query)
                return ErrorPages.For(StatusCodes.Status400BadRequest, "That filter does not work", problem!);
            asks = query.ToQuery();
        }

        return await views.ChangeAsync(id, posted.Name, asks, columns: null, user, cancellation) switch
        {
            null => Pages.SeeOther(posted.PlaceAddress + QueryString.Create("view", id.ToString())),
            Refusal.Invalid(var errors) => Invalid(errors),
            _ => NoSuchView(),
        };
    }

    private static async Task<IResult> DeleteViewAsync(
        Guid id,
        [FromForm] string? place,
        CurrentUser user,
        KeepViews views,
        CancellationToken cancellation
    ) =>
        await views.DeleteAsync(id, user, cancellation)
            ? Pages.SeeOther(place == "/board" ? "/board" : "/leads")
            : NoSuchView();

    private static IResult Invalid(FieldErrors errors) =>
        ErrorPages.For(
            StatusCodes.Status422UnprocessableEntity,
            "The view was not saved",
            T.Say(errors.ByField.First().Value[0])
        );

    private static IResult NoSuchView() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            "There is no such view",
            "It may have been deleted, or it is somebody else's."
        );

    /// <summary>Where a form says it came from, if that is the list, the board or a lead; never another site.</summary>
    public static string Back(string? address) =>
        address?.Split('?')[0] is { } path && IsPlace(path) && !address.Any(char.IsControl) ? address : "/leads";

    private static bool IsPlace(string path) =>
        path is "/leads" or "/board" or "/leads/trash"
        || (
            path.StartsWith("/leads/", StringComparison.Ordinal)
            && long.TryParse(path["/leads/".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out _)
        );
}
