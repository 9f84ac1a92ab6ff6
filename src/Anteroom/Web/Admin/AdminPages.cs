using Anteroom.Accounts;
using Anteroom.Admin;

namespace Anteroom.Web.Admin;

/// <summary>The way in for administrators, with the first steps of a new firm.</summary>
internal static class AdminPages
{
    public static void MapAdminPages(this IEndpointRouteBuilder pages)
    {
        var admin = pages.MapGroup("/admin").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        admin.MapGet("", ShowAsync);
        // For whoever works on the product: not in production.
        if (pages.ServiceProvider.GetRequiredService<IConfiguration>().GetValue<bool>("Web:DeveloperPages"))
            admin.MapGet("/components", IResult () => Pages.Page<ComponentsPage>());
        admin.MapPost("/first-steps/test", SendTestAsync);
        admin.MapPost("/first-steps/dismiss", DismissAsync);
        admin.MapGet("/samples", ShowSamplesAsync);
        admin.MapPost("/samples", MakeSamplesAsync);
        admin.MapPost("/samples/remove", RemoveSamplesAsync);
    }

    private static async Task<IResult> ShowAsync(
        CurrentUser by,
        ReadAttention attention,
        FirstSteps steps,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<AdminPage>(
            new
            {
                Attention = await attention.RunAsync(cancellation),
                Steps = await steps.ReadAsync(by, cancellation),
                FlashMessage = context.TakeFlash(),
            }
        );

    private static async Task<IResult> SendTestAsync(
        CurrentUser by,
        FirstSteps steps,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await steps.SendTestAsync(by, cancellation);
        context.Leave(FlashMessage.TemplateTestSent);
        return Pages.SeeOther("/admin");
    }

    private static async Task<IResult> DismissAsync(CurrentUser by, FirstSteps steps, CancellationToken cancellation)
    {
        await steps.DismissAsync(by, cancellation);
        return Pages.SeeOther("/admin");
    }

    private static async Task<IResult> ShowSamplesAsync(
        SampleData samples,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Pages.Page<SamplesPage>(
            new { Count = await samples.CountAsync(cancellation), FlashMessage = context.TakeFlash() }
        );

    private static async Task<IResult> MakeSamplesAsync(
        CurrentUser by,
        SampleData samples,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var made = await samples.MakeAsync(by, cancellation);
        context.Leave(made > 0 ? FlashMessage.SamplesMade : FlashMessage.SamplesThere);
        return Pages.SeeOther("/admin/samples");
    }

    private static async Task<IResult> RemoveSamplesAsync(
        CurrentUser by,
        SampleData samples,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await samples.RemoveAsync(by, cancellation);
        context.Leave(FlashMessage.SamplesRemoved);
        return Pages.SeeOther("/admin/samples");
    }
}
