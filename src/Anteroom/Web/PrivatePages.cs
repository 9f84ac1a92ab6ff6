namespace Anteroom.Web;

/// <summary>Pages that must not stay in a browser after signing out.</summary>
internal static class PrivatePages
{
    /// <summary>Keeps these responses out of every cache.</summary>
    public static TBuilder KeepOutOfCaches<TBuilder>(this TBuilder pages)
        where TBuilder : IEndpointConventionBuilder =>
        pages.AddEndpointFilter(
            (invocation, next) =>
            {
                invocation.HttpContext.Response.Headers.CacheControl = "private, no-store";
                return next(invocation);
            }
        );
}
