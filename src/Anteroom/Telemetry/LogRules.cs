using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Anteroom.Telemetry;

/// <summary>
/// What a line of the log may say when it is sent elsewhere: its template, values of ours without addresses, and of an exception its type
/// and where it came from. The message of an exception stays here.
/// </summary>
internal sealed class LogRules : BaseProcessor<LogRecord>
{
    private const string Template = "{OriginalFormat}";

    /// <inheritdoc />
    public override void OnEnd(LogRecord data)
    {
        var ours = data.CategoryName?.StartsWith("Anteroom", StringComparison.Ordinal) is true;
        var kept = new List<KeyValuePair<string, object?>>();
        foreach (var (name, value) in data.Attributes ?? [])
            if (name == Template)
                data.Body = value as string;
            else if (Keep(value, ours) is { } fit)
                kept.Add(new(name, fit));
        if (data.Exception is { } exception)
        {
            kept.Add(new("exception.type", exception.GetType().FullName));
            kept.Add(new("exception.stacktrace", exception.StackTrace));
            data.Exception = null;
        }

        data.FormattedMessage = null;
        data.Attributes = kept;
    }

    private static object? Keep(object? value, bool ours) =>
        value switch
        {
            null => null,
            bool or byte or int or long or double or float or decimal => value,
            Guid or Enum or TimeSpan or DateTimeOffset => value.ToString(),
            // Libraries name addresses, files and requests.
            _ when ours => Withheld.WithoutAddresses(value.ToString() ?? ""),
            _ => null,
        };
}
