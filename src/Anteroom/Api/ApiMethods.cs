namespace Anteroom.Api;

/// <summary>What <c>Allow</c> says about an address.</summary>
internal static class ApiMethods
{
    /// <summary>Those of its endpoints, HEAD wherever GET is (<see cref="Http.HeadAsGet"/>), and OPTIONS everywhere.</summary>
    public static string Allowed(IEnumerable<string> methods) =>
        string.Join(
            ", ",
            [.. methods.SelectMany(method => method == "GET" ? ["GET", "HEAD"] : (string[])[method]), "OPTIONS"]
        );
}
