namespace Anteroom.Api.Compat;

/// <summary>
/// One address of the Django-style API. It knows its methods, so every other one is answered 405 with <c>Allow</c>, and
/// <c>OPTIONS</c> says what is there; neither requires a token, because neither reveals anything about the firm.
/// </summary>
internal sealed class CompatResource
{
    private readonly string _path;
    private readonly List<string> _methods = [];

    /// <param name="routes">Where it is mapped.</param>
    /// <param name="path">Without the slash at the end, which routing takes or leaves.</param>
    /// <param name="name">What is there, in a few words.</param>
    /// <param name="parses">The content types it takes.</param>
    public CompatResource(
        IEndpointRouteBuilder routes,
        string path,
        string name,
        string parses = "application/json, application/x-www-form-urlencoded, multipart/form-data"
    )
    {
        _path = path;
        routes
            .Map(
                path,
                (HttpContext context) =>
                {
                    context.Response.Headers.Allow = Allow;
                    return HttpMethods.IsOptions(context.Request.Method)
                        ? TypedResults.Json(
                            new CompatMetadata(name, "", ["application/json"], parses.Split(", ")),
                            CompatJson.Default.CompatMetadata
                        )
                        : CompatAnswers.Detail(
                            StatusCodes.Status405MethodNotAllowed,
                            $"Method \"{context.Request.Method}\" not allowed."
                        );
                }
            )
            .AllowAnonymous()
            .ExcludeFromDescription();
    }

    /// <summary>
    /// Maps a handler to the address and the methods: written where the handler is known, so that the code that reads its request is
    /// generated at build time.
    /// </summary>
    public delegate RouteHandlerBuilder Map(string path, string[] methods);

    private string Allow => ApiMethods.Allowed(_methods);

    public CompatResource Get(Map map, Action<RouteHandlerBuilder> describe) => Add("GET", map, describe);

    public CompatResource Post(Map map, Action<RouteHandlerBuilder> describe) => Add("POST", map, describe);

    public CompatResource Patch(Map map, Action<RouteHandlerBuilder> describe) => Add("PATCH", map, describe);

    public CompatResource Delete(Map map, Action<RouteHandlerBuilder> describe) => Add("DELETE", map, describe);

    private CompatResource Add(string method, Map map, Action<RouteHandlerBuilder> describe)
    {
        _methods.Add(method);
        describe(map(_path, [method]));
        return this;
    }
}
