using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http.Features;

namespace Anteroom.Http;

/// <summary>
/// Over https every cookie of ours is called <c>__Host-…</c> (RFC 6265bis section 4.1.3.2): browsers take such a cookie from this host
/// alone, over https, for every path, so that neither a sister site of the domain nor somebody on an http line can plant one. The rest of
/// the code goes on calling them by their plain names; over plain http, as on a developer's machine, they have no other.
/// </summary>
public static class HostCookies
{
    /// <summary>What the names begin with.</summary>
    public const string Prefix = "__Host-";

    /// <summary>After the scheme is known, before anything that looks at cookies.</summary>
    internal static IApplicationBuilder UseHostCookies(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                if (context.Request.IsHttps)
                {
                    context.Features.Set<IRequestCookiesFeature>(
                        new RequestCookiesFeature(new Received(context.Request.Cookies))
                    );
                    context.Features.Set<IResponseCookiesFeature>(new Responding(new Given(context.Response.Cookies)));
                }

                return next(context);
            }
        );

    private sealed record Responding(IResponseCookies Cookies) : IResponseCookiesFeature;

    /// <summary>The cookies with the prefix, without it. One without is not ours to believe.</summary>
    private sealed class Received(IRequestCookieCollection all) : IRequestCookieCollection
    {
        private IEnumerable<KeyValuePair<string, string>> Ours =>
            all.Where(cookie => cookie.Key.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(cookie => KeyValuePair.Create(cookie.Key[Prefix.Length..], cookie.Value));

        public string? this[string key] => all[Prefix + key];

        public int Count => Ours.Count();

        public ICollection<string> Keys => [.. Ours.Select(cookie => cookie.Key)];

        public bool ContainsKey(string key) => all.ContainsKey(Prefix + key);

        public bool TryGetValue(string key, [NotNullWhen(true)] out string? value) =>
            all.TryGetValue(Prefix + key, out value);

        public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => Ours.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    /// <summary>Gives cookies the prefix, and what browsers demand of such.</summary>
    private sealed class Given(IResponseCookies cookies) : IResponseCookies
    {
        public void Append(string key, string value) => Append(key, value, new CookieOptions());

        public void Append(string key, string value, CookieOptions options) =>
            cookies.Append(Prefix + key, value, Demanded(options));

        public void Delete(string key) => Delete(key, new CookieOptions());

        public void Delete(string key, CookieOptions options) => cookies.Delete(Prefix + key, Demanded(options));

        private static CookieOptions Demanded(CookieOptions options) =>
            new(options)
            {
                Secure = true,
                Path = "/",
                Domain = null,
            };
    }
}
