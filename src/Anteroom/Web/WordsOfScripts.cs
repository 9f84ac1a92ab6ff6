using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Web;

/// <summary>The texts of the workspace's scripts (<c>wwwroot/js</c>), which look them up with <c>t("…")</c>.</summary>
internal static partial class WordsOfScripts
{
    private static readonly Lazy<string> Spanish = new(() =>
        JsonSerializer.Serialize(Wording.OfFile("scripts"), WordsOfScriptsJson.Default.IReadOnlyDictionaryStringString)
    );

    /// <summary>A JSON object by the English texts, safe inside a script element; null on an English page, which needs none.</summary>
    public static string? InReadersLanguage() => Languages.Current == Language.Es ? Spanish.Value : null;

    [JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
    private sealed partial class WordsOfScriptsJson : JsonSerializerContext;
}
