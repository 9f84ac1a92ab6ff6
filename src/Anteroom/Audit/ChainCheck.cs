using System.Globalization;
using System.Text.Json;

namespace Anteroom.Audit;

/// <summary>Goes along a chain, line by line, and finds the first that is not as it was sealed.</summary>
internal sealed class ChainCheck
{
    // A line is sealed within seconds; this is for transactions that take long and clocks that differ.
    private static readonly TimeSpan Slack = TimeSpan.FromHours(1);

    private readonly AuditHead _after;
    private readonly Dictionary<long, List<(AuditHead Head, string Who)>> _heads = [];
    private readonly HashSet<string> _removals = new(StringComparer.Ordinal);
    private DateTimeOffset _run = DateTimeOffset.MinValue;
    private DateTimeOffset _runBefore = DateTimeOffset.MinValue;

    /// <param name="after">Where the chain begins: what was removed by the firm's retention is before it.</param>
    /// <param name="heads">What others wrote down of the chain, and who.</param>
    public ChainCheck(AuditHead after, IEnumerable<(AuditHead Head, string Who)> heads)
    {
        Head = _after = after;
        foreach (var known in heads)
        {
            if (!_heads.TryGetValue(known.Head.Seq, out var list))
                _heads[known.Head.Seq] = list = [];
            list.Add(known);
        }
    }

    /// <summary>How far it goes.</summary>
    public AuditHead Head { get; private set; }

    /// <summary>The next line: what is wrong with it, or null.</summary>
    public string? Next(SealedLine line)
    {
        if (line.Seq != Head.Seq + 1)
            return line.Seq <= Head.Seq
                ? $"Line {Number(line.Seq)} comes after line {Number(Head.Seq)}: the order was changed."
                : $"Line {Number(Head.Seq + 1)} is missing: the next one is line {Number(line.Seq)}.";
        if (line.Entry is null)
            return $"Line {Number(line.Seq)} ({line.Id}) was deleted.";
        var hash = AuditChain.HashOf(Head.Hash, line.Seq, line.SealedAt, line.Id, line.Entry);
        if (hash != line.Hash)
            return $"Line {Number(line.Seq)} ({line.Id}, {Day(line.Entry.At)}, “{line.Entry.Summary}”) is not what was sealed: it or its place was changed.";
        if (line.SealedAt > _run)
            (_runBefore, _run) = (_run, line.SealedAt);
        if (line.Entry.At + Slack < _runBefore)
            return $"Line {Number(line.Seq)} ({line.Id}, “{line.Entry.Summary}”) says {Day(line.Entry.At)}, but lines up to {Day(_runBefore)} were sealed before it: it was inserted later.";
        if (line.Entry.Kind == "audit_trimmed" && Removal(line.Entry.Details) is { } removal)
            _removals.Add(removal.ToString());
        Head = new(line.Seq, hash);
        foreach (var (head, who) in _heads.GetValueOrDefault(line.Seq) ?? [])
            if (head.Hash != hash)
                return $"Line {Number(line.Seq)} or one before it was changed and the chain made anew: {who} saw another hash.";
        return null;
    }

    /// <summary>After the last line: what is wrong with the chain as a whole, or null.</summary>
    public string? End()
    {
        if (_after.Seq > 0 && !_removals.Contains(_after.ToString()))
            return $"Lines 1 to {Number(_after.Seq)} are missing, and no line of the log says that the firm's retention removed them.";
        foreach (var (seq, known) in _heads.OrderByDescending(known => known.Key))
            if (seq > Head.Seq)
                return $"The end is missing from line {Number(Head.Seq + 1)} on: {known[0].Who} saw {Number(seq)} lines.";
        return null;
    }

    /// <summary>What a line about removed lines says of them; null for any other.</summary>
    internal static AuditHead? Removal(string? details)
    {
        try
        {
            using var json = JsonDocument.Parse(details ?? "{}");
            return
                json.RootElement.TryGetProperty("after", out var after)
                && after.ValueKind == JsonValueKind.Object
                && after.TryGetProperty("through", out var through)
                ? AuditHead.Parse(through.GetString())
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Number(long seq) => seq.ToString(CultureInfo.InvariantCulture);

    private static string Day(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
