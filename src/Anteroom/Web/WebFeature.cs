using Anteroom.Http;
using Anteroom.Web.Account;
using Anteroom.Web.Admin;
using Anteroom.Web.Bulk;
using Anteroom.Web.Me;
using Anteroom.Web.Public;
using Anteroom.Web.Workspace;
using Anteroom.Web.Workspace.Board;
using Anteroom.Web.Workspace.Details;
using Anteroom.Web.Workspace.List;
using Anteroom.Web.Workspace.Snippets;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.ResponseCompression;

namespace Anteroom.Web;

/// <summary>The pages: what a person sees in a browser.</summary>
internal static class WebFeature
{
    public static IServiceCollection AddWeb(this IServiceCollection services)
    {
        services.AddRazorComponents();
        services.AddLocalization();
        services.AddResponseCompression(Compression.Set);
        services.AddSingleton<IResponseCompressionProvider, Compression>();
        services.AddHttpContextAccessor();
        services
            .AddOptions<PublicFormOptions>()
            .BindConfiguration("PublicForm")
            .Validate(
                form => form.LeastTime >= TimeSpan.Zero && form.LeastTime <= TimeSpan.FromMinutes(1),
                "PublicForm:LeastTime has to be from 00:00:00 to 00:01:00."
            )
            .ValidateOnStart();
        services
            .AddOptions<SecurityContactOptions>()
            .BindConfiguration("Security")
            .Validate(
                security => string.IsNullOrWhiteSpace(security.Contact) || security.ContactUri is not null,
                "Security:Contact has to be an email address, or an address of a page that begins with https://."
            )
            .ValidateOnStart();
        services.AddSingleton<BotTrap>();
        services.AddScoped<ReportPages.Asking>();
        services.AddScoped<ReadListRequest>();
        services.AddScoped<LeadScreen>();
        services.AddSingleton<LookAtResume>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = "anteroom.form";
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.PostConfigure<CookieAuthenticationOptions>(
            IdentityConstants.ApplicationScheme,
            options =>
            {
                options.Events.OnRedirectToLogin = WayToSignIn.Send;
                // No page of its own for "access denied": the address stays, the answer is 403 and ErrorPages words it.
                options.Events.OnRedirectToAccessDenied = context =>
                {
                    // Where everybody begins is not for operators.
                    if (
                        context.Request.Path == "/leads"
                        && CurrentUser.From(context.HttpContext.User) is { Role: Role.Operator }
                    )
                        context.Response.Redirect("/admin/operations");
                    else
                        context.Response.StatusCode = StatusCodes.Status403Forbidden;
                    return Task.CompletedTask;
                };
            }
        );
        return services;
    }

    /// <summary>Error pages. First in the pipeline, so that they cover everything after them.</summary>
    public static IApplicationBuilder UseWeb(this IApplicationBuilder app) =>
        app.UseResponseCompression().UseReadersCulture().UseErrorPages();

    /// <summary>Maps static files and pages. After authentication and authorization.</summary>
    public static WebApplication MapWeb(this WebApplication app)
    {
        app.UseAntiforgery();
        app.Use(RefuseForgeriesAsync);
        app.MapStaticAssets().AllowAnonymous().KeepFonts();

        var pages = app.MapGroup("").WithPageAssets(app).ExcludeFromDescription().InUsersLanguage();
        // For whatever a page posts. An endpoint that takes posts without the token says so with DisableAntiforgery().
        pages.WithMetadata(new RequireAntiforgeryTokenAttribute());
        pages.MapPublicPages();
        pages.MapWellKnown();
        pages.MapAccountPages();
        pages.MapPasswordPages();
        pages.MapAddressPages();
        pages.MapCodePages();
        pages.MapListPages();
        pages.MapSelectionPages();
        pages.MapBoardPages();
        pages.MapWorkspacePages();
        pages.MapLeadPages();
        pages.MapTaskPages();
        pages.MapNoticePages();
        pages.MapSnippetPages();
        pages.MapReportPages();
        pages.MapDashboardPages();
        pages.MapMePages();
        pages.MapNoticeChoicePages();
        pages.MapTwoFactorPages();
        pages.MapPasskeyPages();
        pages.MapSessionPages();
        pages.MapUserPages();
        pages.MapQueuePages();
        pages.MapOperationsPages();
        pages.MapAdminPages();
        pages.MapSettingsPages();
        pages.MapHoursPages();
        pages.MapAuditPages();
        pages.MapPrivacyPages();
        pages.MapDataPages();
        pages.MapImportPages();
        pages.MapTokenPages();
        pages.MapFirmFiles();
        pages.MapSchedulePages();
        pages.MapTemplatePages();
        pages.MapBulkPages();
        pages.MapUnsubscribePages();

        // Without this, the policy for unmarked endpoints would send people with a mistyped address to the sign-in page.
        pages
            .Map("{**path}", ErrorPages.NotFound)
            .WithOrder(int.MaxValue)
            .AllowAnonymous()
            .InEveryLanguage()
            .DisableAntiforgery(); // nothing to change there: 404, whatever is sent
        return app;
    }

    // Here, once, and not where a form is read: a page without a field to read must refuse a forgery, too.
    private static Task RefuseForgeriesAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is not { IsValid: false })
            return next(context);
        context.RequestServices.GetRequiredService<RefusalLog>().Count(TurnedAway.ForgedForm);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }
}
