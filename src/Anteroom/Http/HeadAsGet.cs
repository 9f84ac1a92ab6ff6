using System.Net.Mime;

namespace Anteroom.Http;

/// <summary>
/// HEAD is answered wherever GET is, with the same status and headers (RFC 9110 section 9.3.2): everything after this sees a GET, and the
/// web server, which remembers what was asked, sends no body. A stream of events, which has no end, ends with its headers.
/// </summary>
internal static class HeadAsGet
{
    /// <summary>Before routing.</summary>
    public static IApplicationBuilder UseHeadAsGet(this IApplicationBuilder app) =>
        app.Use(
            (context, next) => HttpMethods.IsHead(context.Request.Method) ? GetAsync(context, next) : next(context)
        );

    private static async Task GetAsync(HttpContext context, RequestDelegate next)
    {
        var (response, left) = (context.Response, context.RequestAborted);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(left);
        context.Request.Method = HttpMethods.Get;
        context.RequestAborted = end.Token;
        response.Body = new Unsent(response, response.Body, end);
        try
        {
            await next(context);
            if (!response.HasStarted && response.StatusCode is not (204 or 304))
                response.ContentLength ??= 0;
        }
        catch (OperationCanceledException) when (response.HasStarted && !left.IsCancellationRequested) { }
        finally
        {
            context.RequestAborted = left;
        }
    }

    /// <summary>Ends a stream of events after what it writes first: once the headers are out, since the server cuts the line when a write is cancelled.</summary>
    private sealed class Unsent(HttpResponse response, Stream body, CancellationTokenSource end) : Stream
    {
        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            await body.WriteAsync(buffer, CancellationToken.None);
            await EndAsync();
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            await body.FlushAsync(CancellationToken.None);
            await EndAsync();
        }

        private Task EndAsync() =>
            response.ContentType?.StartsWith(MediaTypeNames.Text.EventStream, StringComparison.Ordinal) == true
                ? end.CancelAsync()
                : Task.CompletedTask;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => body.Write(buffer, offset, count);

        public override void Flush() => body.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
