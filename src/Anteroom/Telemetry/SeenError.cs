using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Anteroom.Telemetry;

/// <summary>An error as the log had it, without anything that somebody has typed.</summary>
internal sealed record SeenError
{
    private const int LongestStack = 4_000;
    private const string Ours = "Anteroom.";

    public required string Type { get; init; }
    public required string Place { get; init; }
    public required string Category { get; init; }
    public required string Template { get; init; }
    public string? Stack { get; init; }
    public required DateTimeOffset At { get; init; }
    public string? TraceId { get; init; }
    public string? RequestId { get; init; }

    /// <summary>Type, place and template; not the stack, whose lines change with every version.</summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Type, Place, Category, Template))).AsSpan(0, 16)
        );

    public static SeenError Of(
        string category,
        string template,
        Exception? exception,
        string? requestId,
        DateTimeOffset at
    ) =>
        new()
        {
            Type = exception is null ? "" : TypeOf(exception),
            Place = exception is null ? "" : PlaceOf(exception),
            Category = category,
            Template = template,
            Stack = exception is null ? null : StackOf(exception),
            At = at,
            TraceId = Activity.Current?.TraceId.ToString(),
            RequestId = requestId,
        };

    /// <summary>The types of the exception and of its causes, the innermost last; codes say more than types do.</summary>
    private static string TypeOf(Exception exception)
    {
        var names = new List<string>();
        for (var each = exception; each is not null && names.Count < 4; each = each.InnerException)
            names.Add(
                each switch
                {
                    PostgresException answer => $"{nameof(PostgresException)} {answer.SqlState}",
                    System.Net.Sockets.SocketException socket =>
                        $"{nameof(System.Net.Sockets.SocketException)} {socket.SocketErrorCode}",
                    _ => each.GetType().Name,
                }
            );
        return string.Join(" ← ", names);
    }

    /// <summary>The innermost method of ours.</summary>
    private static string PlaceOf(Exception exception)
    {
        var innermost = exception;
        while (innermost.InnerException is { StackTrace: not null } inner)
            innermost = inner;
        foreach (var each in (Exception[])[innermost, exception])
        foreach (var line in (each.StackTrace ?? "").AsSpan().EnumerateLines())
        {
            var text = line.Trim();
            if (!text.StartsWith("at " + Ours, StringComparison.Ordinal))
                continue;
            text = text["at ".Length..];
            var end = text.IndexOf('(');
            return (end < 0 ? text : text[..end]).ToString();
        }

        return "";
    }

    private static string StackOf(Exception exception)
    {
        var text = new StringBuilder();
        for (var each = exception; each is not null && text.Length < LongestStack; each = each.InnerException)
            text.AppendLine(each.GetType().FullName).AppendLine(each.StackTrace);
        return text.ToString(0, Math.Min(text.Length, LongestStack)).TrimEnd();
    }
}
