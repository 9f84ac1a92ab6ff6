using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;

namespace Anteroom.Web;

/// <summary>
/// Says in the reader's language what rules said in English. Rules stay free of languages and are worded once; a sentence with a
/// figure in it is found by its pattern: <c>A {0} can have at most {1} characters; this one has {2}.</c>
/// </summary>
public static partial class Sentences
{
    private static readonly ConcurrentDictionary<(Type, string), (Regex Shape, string Key)[]> Patterns = new();

    /// <summary>The sentence in the language of the page; as it is when nobody has translated it.</summary>
    public static string Say<TWords>(this IStringLocalizer<TWords> words, string sentence)
    {
        if (Languages.Current == Language.En)
            return sentence;
        if (words[sentence] is { ResourceNotFound: false } whole)
            return whole;
        foreach (
            var (shape, key) in Patterns.GetOrAdd((typeof(TWords), CultureInfo.CurrentUICulture.Name), _ => Read(words))
        )
        {
            string[] values = [.. shape.Match(sentence).Groups.Values.Skip(1).Select(group => group.Value)];
            // A value is never a sentence: that one would be the next of several.
            if (values.Length > 0 && !Array.Exists(values, value => value.Contains(". ", StringComparison.Ordinal)))
                return words[key, [.. values.Select(object (value) => words.SayValue(value))]];
        }

        var end = sentence.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? sentence : $"{words.Say(sentence[..(end + 1)])} {words.Say(sentence[(end + 2)..])}";
    }

    // What a field is called stands as its label in the resource: "first name" is "First name".
    private static string SayValue<TWords>(this IStringLocalizer<TWords> words, string value) =>
        words.Say(value) is var said
        && said == value
        && value is [var first and >= 'a' and <= 'z', .. var rest]
        && words[char.ToUpperInvariant(first) + rest] is { ResourceNotFound: false, Value: [var letter, .. var more] }
            ? char.ToLower(letter, CultureInfo.CurrentUICulture) + more
            : said;

    /// <summary>All sentences in the language of the page.</summary>
    public static FieldErrors Say<TWords>(this IStringLocalizer<TWords> words, FieldErrors errors)
    {
        var said = new FieldErrors();
        foreach (var (field, sentences) in errors.ByField)
        foreach (var sentence in sentences)
            said.Add(field, words.Say(sentence));
        return said;
    }

    // The longest first: what another pattern would swallow as one of its values stands before it.
    private static (Regex, string)[] Read<TWords>(IStringLocalizer<TWords> words) =>
        [
            .. words
                .GetAllStrings(includeParentCultures: true)
                .Select(word => word.Name)
                .Where(key => key.Contains("{0}", StringComparison.Ordinal))
                .OrderByDescending(key => key.Length)
                .Select(key => (Shape(key), key)),
        ];

    // Values stand in the order of their numbers in English; a brace of the sentence is written twice.
    private static Regex Shape(string key) =>
        new(
            "^"
                + string.Concat(
                    Part()
                        .Matches(key)
                        .Select(part =>
                            part.Value switch
                            {
                                "{{" => @"\{",
                                "}}" => "}",
                                ['{', _, '}'] => "(.+?)",
                                var text => Regex.Escape(text),
                            }
                        )
                )
                + "$",
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline,
            TimeSpan.FromSeconds(1)
        );

    [GeneratedRegex(@"\{\{|}}|\{[0-9]}|[^{}]+|.", RegexOptions.Singleline, 1000)]
    private static partial Regex Part();
}
