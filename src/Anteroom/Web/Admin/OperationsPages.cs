using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Audit;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Admin;

/// <summary>How the product runs: what is wrong, figures, nodes. Operators see it, administrators act.</summary>
internal static class OperationsPages
{
    public static void MapOperationsPages(this IEndpointRouteBuilder pages)
    {
        pages
            .MapGroup("/admin/operations")
            .RequireAuthorization(Rights.SeeOperations)
            .KeepOutOfCaches()
            .MapGet("", ShowAsync);
        pages
            .MapGroup("/admin/operations")
            .RequireAuthorization(Rights.Administer)
            .KeepOutOfCaches()
            .MapPost("/nodes/{node:int}/forget", ForgetAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? span,
        ReadWellbeing read,
        QueueCharts charts,
        IOptions<AttentionOptions> attention,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var over = new QueueQuestion { Span = span }.ToSpan();
        return Pages.Page<OperationsPage>(
            new
            {
                State = await read.RunAsync(cancellation),
                Steps = await charts.ReadAsync(queue: null, over, cancellation),
                Span = over,
                HasWebhook = attention.Value.Webhook is not null,
                FlashMessage = context.TakeFlash(),
            }
        );
    }

    private static async Task<IResult> ForgetAsync(
        int node,
        ReadNodes nodes,
        AuditLog audit,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await nodes.ForgetAsync(node, cancellation);
        await audit.WriteAsync(
            AuditKind.ScheduleChanged,
            "had a missing node forgotten",
            FormattableString.Invariant($"node:{node}"),
            cancellation: cancellation
        );
        context.Leave(FlashMessage.NodeForgotten);
        return Pages.SeeOther("/admin/operations#nodes");
    }
}
