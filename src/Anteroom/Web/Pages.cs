using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Anteroom.Web;

/// <summary>The results of endpoints that serve pages.</summary>
internal static class Pages
{
    /// <summary>The page <typeparamref name="TPage"/>, rendered to plain HTML.</summary>
    /// <param name="parameters">The page's parameters as an anonymous object; null for none.</param>
    /// <param name="status">The status code; 200 unless told otherwise.</param>
    public static RazorComponentResult<TPage> Page<TPage>(object? parameters = null, int status = 200)
        where TPage : IComponent =>
        parameters is null
            ? new() { StatusCode = status, PreventStreamingRendering = true }
            : new(parameters) { StatusCode = status, PreventStreamingRendering = true };

    /// <summary>Sends the browser on with a GET after a form was posted (303), so that a reload repeats nothing.</summary>
    public static IResult SeeOther(string location) => new SeeOtherResult(location);

    private sealed class SeeOtherResult(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = Ascii(location);
            return Task.CompletedTask;
        }
    }

    /// <summary>Headers are ASCII: everything else as the percent signs of its UTF-8 (RFC 3987 section 3.1).</summary>
    internal static string Ascii(string address) =>
        string.Concat(
            address
                .EnumerateRunes()
                .Select(rune =>
                    rune.Value is > 0x20 and < 0x7F ? rune.ToString() : Uri.EscapeDataString(rune.ToString())
                )
        );
}
