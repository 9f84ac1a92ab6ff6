using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Localization;

namespace Anteroom.Web.Public;

/// <summary>The texts of <c>wwwroot/js/apply.js</c>, which the page of the form provides in the reader's language.</summary>
internal static partial class ScriptTexts
{
    /// <summary>In English, as they stand in the script.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "Did you mean {0}?",
        "One thing needs your attention. Nothing has been saved yet.",
        "{0} things need your attention. Nothing has been saved yet.",
        "Please choose your file again: browsers do not keep a file when a page comes back.",
        "What you typed was cleared.",
        "1 byte",
        "{0} bytes",
        "or drop it here",
        "Remove",
        "This looks like another kind of file. Please choose one of these: {0}.",
        "This file is empty. Please choose another one.",
        "This file is {0}. The limit is {1}.",
        "Choose another file",
        "Choose a file",
        "Remove {0}",
        "{0}, {1}, is ready to be sent.",
        "The file was removed.",
        "Please drop one file only.",
        "Sending…",
        "Starting…",
        "Sending.",
        "{0} % of {1}",
        "Received. Being saved…",
        "{0} percent sent.",
        "The server could not take your inquiry (error {0}). Nothing was saved. Please try again in a minute.",
        "The connection broke before the server answered. Everything you typed is still here: please press Send again. It will not arrive twice.",
    ];

    /// <summary>A JSON object by the English texts, safe inside a script element; null on an English page, which needs none.</summary>
    public static string? InReadersLanguage(IStringLocalizer<PublicWords> words) =>
        Languages.Current == Language.En
            ? null
            : JsonSerializer.Serialize(
                All.ToDictionary(text => text, text => words[text].Value, StringComparer.Ordinal),
                TextsJson.Default.DictionaryStringString
            );

    [JsonSerializable(typeof(Dictionary<string, string>))]
    private sealed partial class TextsJson : JsonSerializerContext;
}
