using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace Anteroom.Api;

/// <summary>The headers of a page: <c>X-Total-Count</c>, and <c>Link</c> to its neighbors (RFC 8288).</summary>
internal static class PageLinks
{
    private static readonly string[] Places = ["limit", "offset", "page", "page_size", "cursor"];

    /// <summary>Sets them, in the way of paging that the request chose. What it filtered by stays.</summary>
    /// <param name="context">Of the request.</param>
    /// <param name="path">Of the list.</param>
    /// <param name="limit">How many leads a page holds.</param>
    /// <param name="offset">How many leads were skipped.</param>
    /// <param name="total">How many leads match.</param>
    /// <param name="hasNext">Whether there is a page after.</param>
    /// <param name="cursor">Where it begins, for a request by cursor.</param>
    public static void Set(
        HttpContext context,
        string path,
        int limit,
        long offset,
        long total,
        bool hasNext,
        string? cursor = null
    )
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        headers["X-Total-Count"] = total.ToString(CultureInfo.InvariantCulture);
        List<string> links = [];
        var isPaged = request.Query.ContainsKey("page");
        var isByCursor = request.Query.ContainsKey("cursor");
        if (hasNext && isByCursor)
            links.Add(Link("cursor", cursor!, "next"));
        else if (hasNext)
            links.Add(At(offset + limit, "next"));
        if (offset > 0)
            links.Add(At(Math.Max(0, offset - limit), "prev"));
        if (links.Count > 0)
            headers.Link = string.Join(", ", links);

        string At(long at, string relation) =>
            isPaged ? Link("page", Figure((at / limit) + 1), relation) : Link("offset", Figure(at), relation);

        // Whole addresses, because most clients do not resolve them (section 3.1 would let them be relative).
        string Link(string name, string value, string relation)
        {
            var query = new QueryBuilder { { isPaged ? "page_size" : "limit", Figure(limit) }, { name, value } };
            foreach (var (key, values) in request.Query)
                if (!Places.Contains(key, StringComparer.Ordinal))
                    query.Add(key, values.Select(one => one ?? ""));
            return $"<{request.Scheme}://{request.Host.ToUriComponent()}{path}{query.ToQueryString()}>; rel=\"{relation}\"";
        }

        static string Figure(long value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
