using Anteroom.Api.Compat;
using Anteroom.Api.Documents;
using Anteroom.Api.V1;

namespace Anteroom.Api;

/// <summary>The doors for programs, and the documents that describe them.</summary>
internal static class ApiFeature
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddAllowedOrigins();
        services.AddApiDocuments();
        services.AddSingleton<ListV1>();
        services.AddOptions<ApiOptions>().BindConfiguration("Api").ValidateOnStart();
        return services;
    }

    /// <summary>Shows the API documents at <c>/swagger/</c> and <c>/redoc/</c>, from files of our own.</summary>
    public static IApplicationBuilder UseApiPages(this IApplicationBuilder app) =>
        app.UseV1Errors()
            .UseCompatErrors()
            .UseRefusalOfCompressedBodies()
            .UseWhen(
                context => context.Request.Path.StartsWithSegments("/swagger", StringComparison.Ordinal),
                branch =>
                    branch
                        .Use(LetScriptsStyle)
                        .UseSwaggerUI(ui =>
                        {
                            ui.RoutePrefix = "swagger";
                            ui.DocumentTitle = "Anteroom API";
                            ui.SwaggerEndpoint("/openapi/v1.json", "v1");
                            ui.SwaggerEndpoint("/openapi/compat.json", "Django-style");
                        })
            )
            .UseWhen(
                context => context.Request.Path.StartsWithSegments("/redoc", StringComparison.Ordinal),
                branch => branch.Use(LetScriptsStyle).UseReDoc("redoc/compat", "compat").UseReDoc("redoc", "v1")
            );

    private static IApplicationBuilder UseReDoc(this IApplicationBuilder app, string path, string document) =>
        app.UseReDoc(page =>
        {
            page.RoutePrefix = path;
            page.DocumentTitle = "Anteroom API";
            page.SpecUrl = $"/openapi/{document}.json";
            page.ConfigObject.AdditionalItems["disableTelemetry"] = true;
            // The page that comes with it asks another site for its fonts.
            page.IndexStream = () => typeof(ApiFeature).Assembly.GetManifestResourceStream("redoc.html")!;
        });

    private static Task LetScriptsStyle(HttpContext context, RequestDelegate next)
    {
        // Static files give way to a matched endpoint, and the page for unknown addresses matches everything.
        context.SetEndpoint(null);
        // These two style their elements from script.
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";
        return next(context);
    }

    public static WebApplication MapApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapSignposts();
        app.MapCompat();
        app.MapSubmitLeadV1();
        app.MapAuthV1();
        app.MapLeadsV1();
        app.MapExportLeadsV1();
        app.MapLeadChangesV1();
        app.MapLeadHistoryV1();
        app.MapLeadFilesV1();
        app.MapAttorneysV1();
        app.MapElsewhereV1();
        return app;
    }
}
