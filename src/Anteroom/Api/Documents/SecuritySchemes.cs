using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Anteroom.Api.Documents;

/// <summary>How to sign in, in the API documents: named once, and required by every operation that is not public.</summary>
internal static class SecuritySchemes
{
    private const string PasswordFlow = "OAuth2";
    private const string Bearer = "Bearer";
    private const string Token = "Token";

    /// <summary>Describes the schemes of a document and the operations that require one.</summary>
    public static OpenApiOptions AddSecuritySchemes(this OpenApiOptions options, string door) =>
        options
            .AddDocumentTransformer(
                (document, _, _) =>
                {
                    document.Components ??= new OpenApiComponents();
                    document.Components.SecuritySchemes = Of(door);
                    return Task.CompletedTask;
                }
            )
            .AddOperationTransformer(
                (operation, context, _) =>
                {
                    // Empty, not missing: it tells a linter that the operation is public on purpose.
                    operation.Security = context
                        .Description.ActionDescriptor.EndpointMetadata.OfType<IAllowAnonymous>()
                        .Any()
                        ? []
                        :
                        [
                            .. Of(door)
                                .Keys.Select(name => new OpenApiSecurityRequirement
                                {
                                    [new OpenApiSecuritySchemeReference(name, context.Document)] = [],
                                }),
                        ];
                    return Task.CompletedTask;
                }
            );

    /// <summary>Any one of a door's schemes is enough.</summary>
    private static Dictionary<string, IOpenApiSecurityScheme> Of(string door) =>
        door == "v1"
            ? new(StringComparer.Ordinal)
            {
                [Bearer] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.Http,
                    Scheme = "bearer",
                    BearerFormat = "JWT",
                    Description = "Authorization: Bearer and the access_token of POST /api/v1/auth/token.",
                },
                [PasswordFlow] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.OAuth2,
                    Description = "The same token; for tools that ask for a username and password themselves.",
                    Flows = new OpenApiOAuthFlows
                    {
                        Password = new OpenApiOAuthFlow
                        {
                            TokenUrl = new Uri("/api/v1/auth/token", UriKind.Relative),
                            RefreshUrl = new Uri("/api/v1/auth/token", UriKind.Relative),
                            Scopes = new Dictionary<string, string>(StringComparer.Ordinal),
                        },
                    },
                },
            }
            : new(StringComparer.Ordinal)
            {
                [Token] = new OpenApiSecurityScheme
                {
                    Type = SecuritySchemeType.ApiKey,
                    In = ParameterLocation.Header,
                    Name = "Authorization",
                    Description = "Token, a space and the token of POST /api/auth/login/.",
                },
            };
}
