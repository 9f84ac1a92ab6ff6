namespace Anteroom.Api.Documents;

/// <summary>
/// Addresses where people and programs look for the documents of an API first: FastAPI's, Swagger's, and the root of each door.
/// </summary>
internal static class Signposts
{
    private const string Pages = "/swagger/";
    private const string Document = "/openapi/v1.json";

    private static readonly Dictionary<string, string> Ways = new(StringComparer.Ordinal)
    {
        ["/docs"] = Pages,
        ["/api"] = Pages,
        ["/api/v1"] = Pages,
        ["/openapi.json"] = Document,
        ["/swagger.json"] = Document,
    };

    // RFC 8631, so that a program finds the other door's document, too.
    private const string Links =
        "</openapi/v1.json>; rel=\"service-desc\", </openapi/compat.json>; rel=\"service-desc\", </swagger/>; rel=\"service-doc\"";

    public static void MapSignposts(this IEndpointRouteBuilder routes)
    {
        foreach (var (from, to) in Ways)
            routes
                .MapGet(
                    from,
                    (HttpContext context) =>
                    {
                        context.Response.Headers.Link = Links;
                        return TypedResults.Redirect(to);
                    }
                )
                .AllowAnonymous()
                .ExcludeFromDescription();
    }
}
