using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Anteroom.Leads;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Anteroom.Api.V1;

/// <summary>What has changed since: <c>GET /api/v1/leads/changes</c>, for programs that keep a copy.</summary>
internal static class LeadChangesV1
{
    private const int LargestPage = 200;
    private const int LongestWait = 30;

    /// <summary>Between two looks while a client waits: a look is one short statement.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly string[] Names = ["since", "limit", "wait"];

    public static void MapLeadChangesV1(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/leads/changes", ReadAsync)
            .WithGroupName("v1")
            .WithTags("Leads")
            .RequireAuthorization(Rights.WorkLeads)
            .WithSummary("Follow what changes")
            .WithDescription(
                "Leads that have changed since a place in the feed, each once, as it is now, in an order in which none is ever missed. To keep a copy: ask without since for a cursor, read all leads (export), then ask with the cursor, take over what has changed, and go on with the cursor of each answer. 410: start again."
            )
            .TakesText(
                "since",
                "The cursor of the answer before; or an instant (RFC 3339), which may repeat changes of some minutes before it. Left out: no changes, but the cursor of now."
            )
            .TakesNumber(
                "limit",
                1,
                LargestPage,
                "How many changes at most, 50 when left out; several of one lead are shown once."
            )
            .TakesNumber("wait", 0, LongestWait, "How many seconds to wait for a change when there is none.")
            .Produces<ChangesV1>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status410Gone);

    private static async Task<IResult> ReadAsync(
        HttpContext context,
        CurrentUser user,
        ChangeFeed feed,
        IHostApplicationLifetime process,
        CancellationToken cancellation
    )
    {
        var query = context.Request.Query;
        var errors = new FieldErrors();
        UnknownParameters.AddTo(errors, query, Names);
        var limit = Number("limit", 1, LargestPage, 50);
        var wait = Number("wait", 0, LongestWait, 0);
        var since = query["since"].ToString();
        var cursor = FeedCursor.Parse(since);
        // A plus sign in a query string is a space.
        var instant = cursor is null ? Instants.Parse(since.Replace(' ', '+')) : null;
        if (since.Length > 0 && cursor is null && instant is null)
            errors.Add(
                "since",
                "This has to be the cursor of an answer, or a time with its offset, such as 2026-01-31T09:00:00Z."
            );
        if (!errors.IsEmpty)
            return Problem.Fields(errors);

        if (since.Length == 0)
            return Answer(new FeedPage([], await feed.NowAsync(user, cancellation), More: false));
        if (instant is { } from && (cursor = await feed.SinceAsync(from, user, cancellation)) is null)
            return Gone("The feed does not reach back to this instant.");
        var until = Environment.TickCount64 + (wait * 1_000L);
        FeedPage? page;
        while (
            (page = await feed.ReadAsync(cursor!, limit, user, cancellation)) is { Changes: [], More: false }
            && Environment.TickCount64 < until
            && !process.ApplicationStopping.IsCancellationRequested
        )
        {
            cursor = page.Cursor;
            await Task.Delay(Pause, process.ApplicationStopping)
                .WaitAsync(cancellation)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return page is null
            ? Gone(
                "This place in the feed is gone: it is too old, from before a backup was restored, or you may see other leads now."
            )
            : Answer(page);

        int Number(string name, int least, int most, int otherwise)
        {
            if (!query.TryGetValue(name, out var text))
                return otherwise;
            if (
                int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= least
                && number <= most
            )
                return number;
            errors.Add(
                name,
                string.Create(CultureInfo.InvariantCulture, $"This has to be a whole number from {least} to {most}.")
            );
            return otherwise;
        }
    }

    private static JsonHttpResult<ChangesV1> Answer(FeedPage page) =>
        TypedResults.Json(
            new ChangesV1([.. page.Changes.Select(ChangeV1.From)], page.Cursor.ToString(), page.More),
            V1Json.Default.ChangesV1
        );

    private static IResult Gone(string why) =>
        Problem.Of(
            StatusCodes.Status410Gone,
            $"{why} Start again: ask without since for a cursor, read all leads, then go on with that cursor."
        );
}
