using System.Buffers;
using System.Diagnostics;

namespace Anteroom.Http;

/// <summary>
/// <c>X-Request-ID</c>: the name of a request in the logs of everybody it passes through. One that came with it is kept when it is short and
/// harmless; else it gets one. Every answer and every line of the log about it (scope <c>RequestId</c>) has it.
/// </summary>
internal static class RequestId
{
    public const string Header = "X-Request-ID";

    /// <summary>The trace of the request, while traces are collected.</summary>
    public const string TraceHeader = "X-Trace-ID";

    private const int MaxLength = 128;

    private static readonly SearchValues<char> Harmless = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
    );

    private static readonly Func<ILogger, string, IDisposable?> Scope = LoggerMessage.DefineScope<string>(
        "Request {RequestId}"
    );

    /// <summary>Around everything.</summary>
    public static IApplicationBuilder UseRequestId(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RequestId));
        return app.Use(
            async (context, next) =>
            {
                context.TraceIdentifier = Read(context.Request) ?? Guid.CreateVersion7().ToString("N");
                context.Response.OnStarting(Write, context);
                using (Scope(logger, context.TraceIdentifier))
                    await next(context);
            }
        );
    }

    private static string? Read(HttpRequest request) =>
        request.Headers[Header] is [{ Length: > 0 and <= MaxLength } sent] && !sent.AsSpan().ContainsAnyExcept(Harmless)
            ? sent
            : null;

    private static Task Write(object state)
    {
        var context = (HttpContext)state;
        context.Response.Headers[Header] = context.TraceIdentifier;
        if (Activity.Current is { Recorded: true } current)
            context.Response.Headers[TraceHeader] = current.TraceId.ToString();
        return Task.CompletedTask;
    }
}
