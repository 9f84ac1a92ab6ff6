using Anteroom.Api.Compat;
using Anteroom.Api.V1;

namespace Anteroom.Api;

/// <summary>The doors for programs, and the documents that describe them.</summary>
public static class ApiFeature
{
    /// <summary>Adds the API documents, one a door.</summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddScoped<TakeSubmission>();
        services.AddAllowedOrigins();
        Describe("v1", "Anteroom API", "Leads for law firms. Problems are answered as RFC 9457 problem details.");
        Describe(
            "compat",
            "Anteroom, Django-style API",
            "For clients of the Django-style service: trailing slashes and field errors as Django REST framework words them."
        );
        return services;

        void Describe(string name, string title, string description) =>
            services.AddOpenApi(
                name,
                options =>
                    options
                        .AddDocumentTransformer(
                            (document, _, _) =>
                            {
                                document.Info.Title = title;
                                document.Info.Description = description;
                                document.Info.Version = name;
                                return Task.CompletedTask;
                            }
                        )
                        .AddSecuritySchemes()
            );
    }

    /// <summary>Shows the API documents at <c>/swagger/</c>, from files of our own.</summary>
    public static IApplicationBuilder UseApiPages(this IApplicationBuilder app) =>
        app.UseCompatErrors()
            .UseWhen(
                context => context.Request.Path.StartsWithSegments("/swagger", StringComparison.Ordinal),
                branch =>
                    branch
                        .Use(
                            (context, next) =>
                            {
                                // Static files give way to a matched endpoint, and the page for unknown addresses matches everything.
                                context.SetEndpoint(null);
                                // Swagger UI styles its elements from script.
                                context.Response.Headers.ContentSecurityPolicy =
                                    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; object-src 'none'; frame-ancestors 'none'";
                                return next(context);
                            }
                        )
                        .UseSwaggerUI(ui =>
                        {
                            ui.RoutePrefix = "swagger";
                            ui.DocumentTitle = "Anteroom API";
                            ui.SwaggerEndpoint("/openapi/v1.json", "v1");
                            ui.SwaggerEndpoint("/openapi/compat.json", "Django-style");
                        })
            );

    /// <summary>Maps the doors and the documents.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapCompat();
        app.MapSubmitLeadV1();
        app.MapAuthV1();
        app.MapLeadsV1();
        app.MapLeadHistoryV1();
        app.MapAttorneysV1();
        app.MapElsewhereV1();
        return app;
    }
}
