using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Resumes;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>What is to be settled as forms send it: one item, or all that match.</summary>
internal sealed record PostedSettlement
{
    [FromForm]
    public string? Queue { get; init; }

    [FromForm]
    public string? Id { get; init; }

    [FromForm]
    public string? State { get; init; }

    [FromForm]
    public string? Error { get; init; }

    [FromForm]
    public string? Age { get; init; }

    /// <summary><c>item</c> to come back to its page.</summary>
    [FromForm]
    public string? Back { get; init; }
}

/// <summary>Who settles, and by what.</summary>
internal sealed record Settling(
    CurrentUser By,
    SettleItems Items,
    SettleMany Many,
    TimeProvider Time,
    HttpContext Http
);

/// <summary>Background work: what waits, runs, has failed and was done. Operators see it, administrators act on it.</summary>
internal static class QueuePages
{
    public static void MapQueuePages(this IEndpointRouteBuilder pages)
    {
        var seen = pages.MapGroup("/admin/queues").RequireAuthorization(Rights.SeeOperations).KeepOutOfCaches();
        seen.MapGet("", ShowAsync);
        seen.MapGet("/{queue}", ShowQueueAsync);
        seen.MapGet("/{queue}/{id:guid}", ShowItemAsync);
        var queues = pages.MapGroup("/admin/queues").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        queues.MapPost("/retry", RetryAsync);
        queues.MapPost("/discard", DiscardAsync);
        queues.MapPost("/acts/{act:guid}/stop", StopAsync);
        queues.MapPost("/read-again", ReadAgainAsync);
        queues.MapPost("/convert-again", ConvertAgainAsync);
        queues.MapPost("/{queue}/pause", PauseAsync);
        queues.MapPost("/{queue}/resume", ResumeAsync);
        queues.MapPost("/{queue}/limit", LimitAsync);
    }

    private static async Task<IResult> ShowAsync(
        [AsParameters] QueueQuestion question,
        QueueQueries queues,
        QueueSearch search,
        QueueCharts charts,
        QueueActs acts,
        TimeProvider time,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var (fits, place) = question.ToPlace();
        if (!fits || question.ToFilter(time.GetUtcNow()) is not { } filter)
            return ErrorPages.For(
                StatusCodes.Status400BadRequest,
                "There is no such queue",
                "The address may be mistyped."
            );

        // None of them needs another, and with a million items each takes a moment.
        var states = queues.ListAsync(cancellation);
        var steps = charts.ReadAsync(filter.Queue, question.ToSpan(), cancellation);
        var errors = search.ErrorsAsync(cancellation);
        var count = filter.CanBeSettled
            ? search.CountAsync(filter, QueueSearch.Most, cancellation)
            : Task.FromResult(0L);
        var items = await search.RunAsync(filter, place, cancellation);
        await Task.WhenAll(states, steps, errors, count);
        return Pages.Page<QueuesPage>(
            new
            {
                States = await states,
                Items = items.Take(QueueSearch.PageSize).ToList(),
                IsMore = items.Count > QueueSearch.PageSize,
                Count = await count,
                Errors = await errors,
                Steps = await steps,
                Acts = await acts.RecentAsync(cancellation),
                Question = question,
                Filter = filter,
                FlashMessage = context.TakeFlash(),
            }
        );
    }

    private static async Task<IResult> ShowQueueAsync(
        string queue,
        string? span,
        QueueQueries queues,
        QueueCharts charts,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        QueueName.Parse(queue) is { } name
            ? await QueuePageAsync(name, span, null, queues, charts, context, cancellation)
            : NoSuchQueue();

    private static async Task<IResult> QueuePageAsync(
        QueueName name,
        string? span,
        (string Typed, string Error)? limit,
        QueueQueries queues,
        QueueCharts charts,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var question = new QueueQuestion { Span = span };
        return Pages.Page<QueuePage>(
            new
            {
                State = (await queues.ListAsync(cancellation)).FirstOrDefault(state => state.Name == name)
                    ?? new QueueState(name),
                Steps = await charts.ReadAsync(name, question.ToSpan(), cancellation),
                Span = question.ToSpan(),
                TypedLimit = limit?.Typed,
                LimitError = limit?.Error,
                FlashMessage = context.TakeFlash(),
            },
            limit is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }

    private static async Task<IResult> ShowItemAsync(
        string queue,
        Guid id,
        ReadQueueItem read,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        QueueName.Parse(queue) is { } name && await read.RunAsync(name, id, cancellation) is { } details
            ? Pages.Page<QueueItemPage>(new { Details = details, FlashMessage = context.TakeFlash() })
            : ErrorPages.For(
                StatusCodes.Status404NotFound,
                "There is no such item",
                "Finished work is kept for a while and then removed, and everything about an erased lead goes with it."
            );

    private static async Task<IResult> PauseAsync(
        string queue,
        CurrentUser by,
        PauseAndLimit control,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (QueueName.Parse(queue) is not { } name || !name.CanBeControlled)
            return NoSuchQueue();
        await control.PauseAsync(name, by, cancellation);
        context.Leave(FlashMessage.QueuePaused);
        return Pages.SeeOther($"/admin/queues/{name}");
    }

    private static async Task<IResult> ResumeAsync(
        string queue,
        CurrentUser by,
        PauseAndLimit control,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (QueueName.Parse(queue) is not { } name)
            return NoSuchQueue();
        await control.ResumeAsync(name, by, cancellation);
        context.Leave(FlashMessage.QueueResumed);
        return Pages.SeeOther($"/admin/queues/{name}");
    }

    private static async Task<IResult> LimitAsync(
        string queue,
        [FromForm] string? limit,
        CurrentUser by,
        PauseAndLimit control,
        QueueQueries queues,
        QueueCharts charts,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (QueueName.Parse(queue) is not { } name || !name.CanBeControlled)
            return NoSuchQueue();
        int? perMinute = null;
        if (!string.IsNullOrWhiteSpace(limit))
        {
            if (
                !int.TryParse(limit.Trim(), NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > PauseAndLimit.HighestLimit
            )
                return await QueuePageAsync(
                    name,
                    null,
                    (limit, "Please enter a whole number from 1 to 100,000, or leave it empty for no limit."),
                    queues,
                    charts,
                    context,
                    cancellation
                );
            perMinute = number;
        }

        await control.LimitAsync(name, perMinute, by, cancellation);
        context.Leave(perMinute is null ? FlashMessage.QueueUnlimited : FlashMessage.QueueLimited);
        return Pages.SeeOther($"/admin/queues/{name}");
    }

    private static async Task<IResult> StopAsync(
        Guid act,
        CurrentUser by,
        SettleMany many,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        context.Leave(
            await many.StopAsync(act, by, cancellation) ? FlashMessage.ActStopped : FlashMessage.NothingToSettle
        );
        return Pages.SeeOther("/admin/queues");
    }

    private static async Task<IResult> ReadAgainAsync(
        CurrentUser by,
        ReadAgain again,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await again.AllAsync(by, cancellation);
        context.Leave(FlashMessage.ReadingAllAgain);
        return Pages.SeeOther("/admin/queues");
    }

    private static async Task<IResult> ConvertAgainAsync(
        CurrentUser by,
        MakeCopiesAgain again,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await again.AllAsync(by, cancellation);
        context.Leave(FlashMessage.ConvertingAllAgain);
        return Pages.SeeOther("/admin/queues");
    }

    private static Task<IResult> RetryAsync(
        [AsParameters] PostedSettlement posted,
        [AsParameters] Settling settling,
        CancellationToken cancellation
    ) => SettleAsync(posted, Settlement.Retry, settling, cancellation);

    private static Task<IResult> DiscardAsync(
        [AsParameters] PostedSettlement posted,
        [AsParameters] Settling settling,
        CancellationToken cancellation
    ) => SettleAsync(posted, Settlement.Discard, settling, cancellation);

    private static async Task<IResult> SettleAsync(
        PostedSettlement posted,
        Settlement settlement,
        Settling settling,
        CancellationToken cancellation
    )
    {
        var question = new QueueQuestion
        {
            Queue = posted.Queue,
            State = posted.State,
            Error = posted.Error,
            Age = posted.Age,
        };
        if (
            question.ToFilter(settling.Time.GetUtcNow()) is not { } filter
            || !filter.CanBeSettled
            || (posted.Id is not null && filter.Queue is null)
        )
            return ErrorPages.For(StatusCodes.Status400BadRequest);

        if (posted.Id is null)
        {
            var many = await settling.Many.AskAsync(filter, settlement, settling.By, cancellation);
            settling.Http.Leave(many == 0 ? FlashMessage.NothingToSettle : FlashMessage.ActBegun);
            return Pages.SeeOther("/admin/queues");
        }

        if (!Guid.TryParse(posted.Id, out var id))
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        var isDone = await settling.Items.RunAsync(filter.Queue!, id, settlement, settling.By, cancellation);
        settling.Http.Leave(
            !isDone ? FlashMessage.NothingToSettle
            : settlement == Settlement.Retry ? FlashMessage.TriedAgain
            : FlashMessage.Discarded
        );
        return Pages.SeeOther(posted.Back is "item" ? $"/admin/queues/{filter.Queue}/{id}" : "/admin/queues");
    }

    private static IResult NoSuchQueue() =>
        ErrorPages.For(StatusCodes.Status404NotFound, "There is no such queue", "The page of queues lists everything.");
}
