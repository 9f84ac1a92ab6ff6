using System.Text.RegularExpressions;
using Anteroom.Tests.App;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Anteroom.Tests.Deploy;

/// <summary><c>deploy/compose.yaml</c> as Docker reads it: with its anchors, and the variables of an environment filled in.</summary>
internal sealed partial class ComposeFile
{
    private readonly Dictionary<object, object?> _file;
    private readonly IReadOnlyDictionary<string, string> _variables;

    private ComposeFile(Dictionary<object, object?> file, IReadOnlyDictionary<string, string> variables) =>
        (_file, _variables) = (file, variables);

    public static string Folder => Path.Combine(NodeScript.RepositoryRoot(), "deploy");

    /// <summary>Reads it with the variables of <c>.env.example</c>.</summary>
    public static ComposeFile Read()
    {
        using var text = new StreamReader(Path.Combine(Folder, "compose.yaml"));
        var file = new DeserializerBuilder()
            .Build()
            .Deserialize<Dictionary<object, object?>>(new MergingParser(new Parser(text)));
        return new ComposeFile(
            file,
            File.ReadAllLines(Path.Combine(Folder, ".env.example"))
                .Where(line => line.Length > 0 && line[0] != '#')
                .Select(line => line.Split('=', 2))
                .ToDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal)
        );
    }

    public IReadOnlyList<string> Services => [.. Map(_file["services"]).Keys.Select(name => (string)name)];

    public Dictionary<object, object?> Service(string name) => Map(Map(_file["services"])[name]);

    /// <summary>What a service is told, filled in.</summary>
    public Dictionary<string, string> EnvironmentOf(string service) =>
        Map(Service(service)["environment"])
            .ToDictionary(pair => (string)pair.Key, pair => Fill($"{pair.Value}"), StringComparer.Ordinal);

    /// <summary>A list of words.</summary>
    public static IReadOnlyList<string> Words(object? list) => [.. ((List<object>)list!).Select(word => $"{word}")];

    private string Fill(string text) =>
        Variable()
            .Replace(
                text,
                found =>
                    _variables.TryGetValue(found.Groups["name"].Value, out var value) ? value
                    : found.Groups["how"].Value == ":-" ? found.Groups["rest"].Value
                    : throw new InvalidOperationException($"{found.Value} is not set in .env.example.")
            );

    private static Dictionary<object, object?> Map(object? value) => (Dictionary<object, object?>)value!;

    [GeneratedRegex(@"\$\{(?<name>[A-Z_]+)(?<how>:[-?])(?<rest>[^}]*)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
