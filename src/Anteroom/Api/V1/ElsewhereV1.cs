using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace Anteroom.Api.V1;

/// <summary>404 and 405 for unknown addresses under <c>/api/v1</c> and for methods that an address does not support; and what OPTIONS asks for.</summary>
internal static class ElsewhereV1
{
    public static void MapElsewhereV1(this IEndpointRouteBuilder routes) =>
        routes
            .Map(
                "/api/v1/{**path}",
                (HttpContext context, EndpointDataSource endpoints, ParameterPolicyFactory policies) =>
                {
                    var methods = MethodsAt(context, endpoints, policies);
                    if (methods.Length == 0)
                        return Problem.Of(StatusCodes.Status404NotFound, "There is nothing at this address.");
                    context.Response.Headers.Allow = ApiMethods.Allowed(methods);
                    return HttpMethods.IsOptions(context.Request.Method)
                        ? TypedResults.NoContent()
                        : Problem.Of(
                            StatusCodes.Status405MethodNotAllowed,
                            $"This address takes {string.Join(" and ", methods)}."
                        );
                }
            )
            .AllowAnonymous()
            .ExcludeFromDescription();

    /// <summary>
    /// The methods of the endpoints whose route fits the path. Looked for by hand, because routing itself answers 405 only where
    /// no endpoint at all takes the request.
    /// </summary>
    private static string[] MethodsAt(
        HttpContext context,
        EndpointDataSource endpoints,
        ParameterPolicyFactory policies
    ) =>
        [
            .. endpoints
                .Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => Fits(context, endpoint.RoutePattern, policies))
                .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal),
        ];

    private static bool Fits(HttpContext context, RoutePattern pattern, ParameterPolicyFactory policies)
    {
        var values = new RouteValueDictionary();
        return pattern.RawText?.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal) == true
            && new TemplateMatcher(new RouteTemplate(pattern), []).TryMatch(context.Request.Path, values)
            // Like {id:guid}: anything but an id is not a lead's address.
            && pattern.ParameterPolicies.All(parameter =>
                parameter
                    .Value.Select(policy => policies.Create(pattern.GetParameter(parameter.Key), policy))
                    .OfType<IRouteConstraint>()
                    .All(rule =>
                        rule.Match(context, route: null, parameter.Key, values, RouteDirection.IncomingRequest)
                    )
            );
    }
}
