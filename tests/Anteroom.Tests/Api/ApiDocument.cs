using System.Text.Json;
using System.Text.RegularExpressions;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api;

/// <summary>A block of commands of docs/api.md, and the answers shown below it.</summary>
/// <param name="Line">Where it begins.</param>
/// <param name="Script">The commands.</param>
/// <param name="Answers">Each as shown.</param>
internal sealed record DocumentedCall(int Line, string Script, IReadOnlyList<ShownAnswer> Answers);

/// <summary>An HTTP answer in text: as the document shows it, or as <c>curl --include</c> prints it.</summary>
/// <param name="Status"><c>HTTP/1.1 200 OK</c></param>
/// <param name="Headers">Names and values.</param>
/// <param name="Body">Empty for none.</param>
internal sealed record ShownAnswer(string Status, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    /// <summary>Reads all the answers in a text.</summary>
    public static IReadOnlyList<ShownAnswer> ReadAll(string text) =>
        [
            .. Regex
                .Split(
                    text.ReplaceLineEndings("\n"),
                    "(?m)^(?=HTTP/)",
                    RegexOptions.ExplicitCapture,
                    TimeSpan.FromSeconds(1)
                )
                .Where(part => part.StartsWith("HTTP/", StringComparison.Ordinal))
                .Select(Read),
        ];

    private static ShownAnswer Read(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var head = (end < 0 ? text : text[..end]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return new ShownAnswer(
            head[0].Trim(),
            [.. head[1..].Select(line => line.Split(':', 2)).Select(pair => (pair[0].Trim(), pair[1].Trim()))],
            end < 0 ? "" : text[end..].Trim()
        );
    }
}

/// <summary>docs/api.md: its blocks and what is in them.</summary>
internal static partial class ApiDocument
{
    private const int MatchTimeout = 1000; // milliseconds

    /// <summary>Every block of commands, in order.</summary>
    public static IReadOnlyList<DocumentedCall> Read()
    {
        var text = File.ReadAllText(Path.Combine(NodeScript.RepositoryRoot(), "docs", "api.md"));
        var calls = new List<DocumentedCall>();
        foreach (Match block in Blocks.Matches(text))
        {
            var content = block.Groups["content"].Value;
            var line = text[..block.Index].Count(letter => letter == '\n') + 2;
            if (block.Groups["kind"].Value == "sh")
                calls.Add(new DocumentedCall(line, content, []));
            else
                calls[^1] = calls[^1] with { Answers = [.. calls[^1].Answers, .. ShownAnswer.ReadAll(content)] };
        }

        return calls;
    }

    /// <summary>The method and the path of every curl command; variables in the path as they stand there.</summary>
    public static IEnumerable<(string Method, string Path)> Calls(string script)
    {
        foreach (var command in Curl.Split(script.Replace("\\\n", " ", StringComparison.Ordinal)).Skip(1))
        {
            // A command ends with its line, unless a quoted text goes on; what belongs to the next one has a curl of its own.
            var address = Address.Match(command).Groups["path"].Value;
            var method =
                Method.Match(command) is { Success: true } named ? named.Groups["method"].Value
                : Sends.IsMatch(command) ? "POST"
                : "GET";
            yield return (method, address);
        }
    }

    /// <summary>
    /// What is different between a value that is shown and one that came: <c>null</c> when they fit. Names and kinds must be the
    /// same at every level, values need not be. Of a list some elements may be shown; each one that came has to fit one of them.
    /// </summary>
    public static string? Difference(JsonElement shown, JsonElement came, string at = "$")
    {
        if (Kind(shown) != Kind(came))
            return $"{at} is shown as {Kind(shown)} and is {Kind(came)}";
        switch (shown.ValueKind)
        {
            case JsonValueKind.Object:
                var names = Names(shown);
                if (names != Names(came))
                    return $"{at} is shown with {names} and has {Names(came)}";
                return shown
                    .EnumerateObject()
                    .Select(field => Difference(field.Value, came.GetProperty(field.Name), $"{at}.{field.Name}"))
                    .FirstOrDefault(difference => difference is not null);
            case JsonValueKind.Array:
                var examples = shown.EnumerateArray().ToList();
                if ((examples.Count == 0) != (came.GetArrayLength() == 0))
                    return $"{at} is shown with {examples.Count} elements and has {came.GetArrayLength()}";
                return came.EnumerateArray()
                    .Select(element => examples.Select(example => Difference(example, element, $"{at}[]")).ToList())
                    .FirstOrDefault(differences => differences.TrueForAll(difference => difference is not null))
                    ?[0];
            default:
                return null;
        }

        static string Kind(JsonElement value) =>
            value.ValueKind is JsonValueKind.True or JsonValueKind.False ? "Boolean" : value.ValueKind.ToString();

        static string Names(JsonElement value) =>
            string.Join(", ", value.EnumerateObject().Select(field => field.Name));
    }

    /// <summary>Whether a header's value is as shown, where … stands for anything.</summary>
    public static bool Fits(string shown, string came) =>
        Regex.IsMatch(
            came,
            $"^{string.Join(".*", shown.Split('…').Select(Regex.Escape))}$",
            RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)
        );

    [GeneratedRegex(@"(?ms)^```(?<kind>sh|http)\n(?<content>.*?)^```$", RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex Blocks { get; }

    [GeneratedRegex(@"\bcurl\s", RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex Curl { get; }

    [GeneratedRegex(@"""\$ANTEROOM(?<path>[^""?]*)", RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex Address { get; }

    [GeneratedRegex(@"\s-X (?<method>[A-Z]+)", RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex Method { get; }

    [GeneratedRegex(@"\s(-d|-F|--data-urlencode)\s", RegexOptions.ExplicitCapture, MatchTimeout)]
    private static partial Regex Sends { get; }
}
