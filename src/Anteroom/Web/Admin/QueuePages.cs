using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Resumes;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>Work that is waiting or has failed, for administrators.</summary>
internal static class QueuePages
{
    public static void MapQueuePages(this IEndpointRouteBuilder pages)
    {
        var queues = pages.MapGroup("/admin/queues").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        queues.MapGet("", ShowAsync);
        queues.MapPost("/retry", RetryAsync);
        queues.MapPost("/discard", DiscardAsync);
        queues.MapPost("/read-again", ReadAgainAsync);
        queues.MapPost("/convert-again", ConvertAgainAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? queue,
        string? before,
        QueueQueries queues,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var name = QueueName.Parse(queue);
        var key = Guid.Empty;
        if ((queue is not null && name is null) || (before is not null && !Guid.TryParse(before, out key)))
            return ErrorPages.For(
                StatusCodes.Status400BadRequest,
                "There is no such queue",
                "The address may be mistyped."
            );

        var failed = await queues.FailedAsync(name, before is null ? null : key, cancellation);
        return Pages.Page<QueuesPage>(
            new
            {
                States = await queues.ListAsync(cancellation),
                Failed = failed.Take(QueueQueries.PageSize).ToList(),
                Queue = name,
                Older = failed.Count > QueueQueries.PageSize ? failed[QueueQueries.PageSize - 1].Id : (Guid?)null,
                FlashMessage = context.TakeFlash(),
            }
        );
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
        [FromForm] string? queue,
        [FromForm] string? id,
        CurrentUser by,
        SettleFailed settle,
        HttpContext context,
        CancellationToken cancellation
    ) => SettleAsync(queue, id, Settlement.Retry, by, settle, context, cancellation);

    private static Task<IResult> DiscardAsync(
        [FromForm] string? queue,
        [FromForm] string? id,
        CurrentUser by,
        SettleFailed settle,
        HttpContext context,
        CancellationToken cancellation
    ) => SettleAsync(queue, id, Settlement.Discard, by, settle, context, cancellation);

    private static async Task<IResult> SettleAsync(
        string? queue,
        string? id,
        Settlement settlement,
        CurrentUser by,
        SettleFailed settle,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var key = Guid.Empty;
        if (QueueName.Parse(queue) is not { } name || (id is not null && !Guid.TryParse(id, out key)))
            return ErrorPages.For(StatusCodes.Status400BadRequest);

        var settled = await settle.RunAsync(name, id is null ? null : key, settlement, by, cancellation);
        context.Leave(
            settled == 0 ? FlashMessage.NothingToSettle
            : settlement == Settlement.Retry ? FlashMessage.TriedAgain
            : FlashMessage.Discarded
        );
        return Pages.SeeOther("/admin/queues");
    }
}
