using System.Text.Json.Serialization;
using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Microsoft.OpenApi;

namespace Anteroom.Api.Compat;

/// <summary>The body of a change of state.</summary>
/// <param name="State">The new one; nothing changes when it is left out.</param>
internal sealed record CompatStateBody([property: JsonPropertyName("state")] string? State = null);

/// <summary>The body of a log-in.</summary>
/// <param name="Username">Or the email address.</param>
/// <param name="Password">The password.</param>
/// <param name="Code">With two-factor authentication: the code of the app.</param>
internal sealed record CompatLogInBody(
    [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("password")] string Password,
    [property: JsonPropertyName("code")] string? Code = null
);

/// <summary>The body of a change of password.</summary>
/// <param name="OldPassword">The present one.</param>
/// <param name="NewPassword">At least 10 characters.</param>
internal sealed record CompatChangePasswordBody(
    [property: JsonPropertyName("old_password")] string OldPassword,
    [property: JsonPropertyName("new_password")] string NewPassword
);

/// <summary>The body that creates a user.</summary>
/// <param name="Username">To sign in with; unique.</param>
/// <param name="Email">Unique.</param>
/// <param name="Password">At least 10 characters.</param>
/// <param name="Role"><c>administrator</c>, <c>attorney</c> (when left out), <c>staff</c> or <c>operator</c>.</param>
/// <param name="FullName">What colleagues and prospects see; the username when left out.</param>
/// <param name="FirstName">With <c>last_name</c>, instead of <c>full_name</c>.</param>
/// <param name="LastName">With <c>first_name</c>, instead of <c>full_name</c>.</param>
/// <param name="IsStaff">True for an administrator, instead of <c>role</c>.</param>
internal sealed record CompatCreateUserBody(
    [property: JsonPropertyName("username")] string Username,
    [property: JsonPropertyName("email")] string Email,
    [property: JsonPropertyName("password")] string Password,
    [property: JsonPropertyName("role")] string? Role = null,
    [property: JsonPropertyName("full_name")] string? FullName = null,
    [property: JsonPropertyName("first_name")] string? FirstName = null,
    [property: JsonPropertyName("last_name")] string? LastName = null,
    [property: JsonPropertyName("is_staff")] bool? IsStaff = null
);

/// <summary>What the endpoints of this door have in common in its API document.</summary>
internal static class CompatDescription
{
    /// <summary>Takes a token of whoever may work leads.</summary>
    public static RouteHandlerBuilder ForLeadWorkers(this RouteHandlerBuilder endpoint) =>
        endpoint.RequireAuthorization(Rights.WorkLeads).WithTags("Leads");

    /// <summary>A small body in any of three content types.</summary>
    public static RouteHandlerBuilder TakesBody<T>(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Takes<T>("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
            .ProducesFieldErrors();

    /// <summary>400 with the fields that are wrong; a body that cannot be read at all has <c>detail</c> instead.</summary>
    public static RouteHandlerBuilder ProducesFieldErrors(this RouteHandlerBuilder endpoint) =>
        endpoint.AddOpenApiOperationTransformer(
            (operation, context, _) =>
            {
                context.Document!.AddComponent<IOpenApiSchema>(FieldErrors, FieldErrorsSchema());
                (operation.Responses ??= [])["400"] = new OpenApiResponse
                {
                    Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                    {
                        ["application/json"] = new()
                        {
                            Schema = new OpenApiSchemaReference(FieldErrors, context.Document),
                        },
                    },
                };
                return Task.CompletedTask;
            }
        );

    /// <summary>The name of what a 400 answers.</summary>
    public const string FieldErrors = "CompatFieldErrors";

    private static OpenApiSchema FieldErrorsSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Description =
                "What is wrong with each field, by its name, as a list of sentences; non_field_errors for what is no field. When the request as a whole is wrong: detail, one sentence.",
            // A property of its own for detail would contradict the rest in the types of TypeScript.
            AdditionalProperties = new OpenApiSchema
            {
                AnyOf =
                [
                    new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        Items = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                    new OpenApiSchema { Type = JsonSchemaType.String },
                ],
            },
        };

    public static RouteHandlerBuilder ProducesNotFound(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<CompatDetail>(StatusCodes.Status404NotFound);

    public static RouteHandlerBuilder ProducesFile(this RouteHandlerBuilder endpoint) =>
        endpoint.AnswersResume().ProducesNotFound();
}
