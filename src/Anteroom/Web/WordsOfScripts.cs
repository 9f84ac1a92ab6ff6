using System.Text.Json;
using System.Text.Json.Serialization;

namespace Anteroom.Web;

/// <summary>The texts of the workspace's scripts (<c>wwwroot/js</c>), which look them up with <c>t("…")</c>.</summary>
internal static partial class WordsOfScripts
{
    private static readonly Lazy<string> Spanish = new(() => Json("scripts"));

    private static readonly Lazy<string> SpanishOfEditor = new(() => Json("editor"));

    /// <summary>A JSON object by the English texts, safe inside a script element; null on an English page, which needs none.</summary>
    public static string? InReadersLanguage() => Languages.Current == Language.Es ? Spanish.Value : null;

    /// <summary>The same for the editor of emails, which few pages have.</summary>
    public static string? OfEditor() => Languages.Current == Language.Es ? SpanishOfEditor.Value : null;

    private static string Json(string file) =>
        JsonSerializer.Serialize(Wording.OfFile(file), WordsOfScriptsJson.Default.IReadOnlyDictionaryStringString);

    [JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
    private sealed partial class WordsOfScriptsJson : JsonSerializerContext;
}
