using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Resources;
using System.Text.Json;

namespace Anteroom.Shared;

/// <summary>
/// What people of the firm read, in the language of the page or email that is being made. The English sentence is the key:
/// <c>T["{0} of {1}", part, all]</c>, everywhere, without injecting anything. In English it is what stands there; Spanish is in
/// <c>Web/Spanish</c>, a file for each room, and what nobody has translated stays English.
/// </summary>
/// <remarks>
/// Where one English word is two in Spanish, the second key says which after two number signs, which nobody sees:
/// <c>T["Open##status"]</c>.
/// </remarks>
public sealed class Wording
{
    private const string Which = "##";

    private Wording() { }

    /// <summary>The words; a static member of every file.</summary>
    public static Wording T { get; } = new();

    /// <summary>A sentence without values.</summary>
    public string this[string english] => Find(english);

    /// <summary>A sentence with values: <c>{0}</c>, written as the reader writes dates and numbers.</summary>
    public string this[string english, params ReadOnlySpan<object?> values] =>
        string.Format(CultureInfo.CurrentCulture, Find(english), values);

    /// <summary>A sentence that counts: <c>T.Many(n, "1 lead", "{0} leads")</c>. Both are keys of their own.</summary>
    /// <param name="count">How many; <c>{0}</c>, with separators.</param>
    /// <param name="one">For one.</param>
    /// <param name="many">For any other number.</param>
    /// <param name="values">What else is said: <c>{1}</c> …</param>
    public string Many(long count, string one, string many, params ReadOnlySpan<object?> values) =>
        string.Format(
            CultureInfo.CurrentCulture,
            Find(count == 1 ? one : many),
            [count.ToString("N0", CultureInfo.CurrentCulture), .. values]
        );

    /// <summary>What a rule says. A field is named within a sentence as its label is, in small letters.</summary>
    public string Say(Sentence sentence)
    {
        ArgumentNullException.ThrowIfNull(sentence);
        return sentence.Say(FindWithin);
    }

    /// <summary>All Spanish words by their English.</summary>
    internal static FrozenDictionary<string, string> Spanish => InSpanish.All;

    /// <summary>The Spanish words of one file: <c>leads</c>.</summary>
    internal static IReadOnlyDictionary<string, string> OfFile(string name)
    {
        using var stream =
            typeof(Wording).Assembly.GetManifestResourceStream($"{InSpanish.Folder}{name}.json")
            ?? throw new ArgumentException($"There is no file {name}.", nameof(name));
        return InSpanish.Read(stream);
    }

    private static bool ReadsSpanish => CultureInfo.CurrentUICulture.TwoLetterISOLanguageName == "es";

    private static string Find(string english)
    {
        if (ReadsSpanish && Spanish.TryGetValue(english, out var spanish))
            return spanish;
        var which = english.IndexOf(Which, StringComparison.Ordinal);
        return which < 0 ? english : english[..which];
    }

    private static string FindWithin(string format) =>
        ReadsSpanish
        && !Spanish.ContainsKey(format)
        && format is [>= 'a' and <= 'z', ..]
        && Spanish.TryGetValue(char.ToUpperInvariant(format[0]) + format[1..], out var label)
            ? char.ToLower(label[0], CultureInfo.CurrentUICulture) + label[1..]
            : Find(format);

    /// <summary>Read when somebody reads Spanish for the first time.</summary>
    private static class InSpanish
    {
        public const string Folder = "spanish/";

        public static readonly FrozenDictionary<string, string> All = ReadAll();

        private static FrozenDictionary<string, string> ReadAll()
        {
            var all = new Dictionary<string, string>(StringComparer.Ordinal);
            var assembly = typeof(Wording).Assembly;
            // What the form says: rules and labels are the same.
            var form = new ResourceManager("Anteroom.Web.Public.PublicWords", assembly);
            if (form.GetResourceSet(Language.Es.Culture(), createIfNotExists: true, tryParents: false) is { } words)
                foreach (DictionaryEntry entry in words)
                    all[(string)entry.Key] = (string)entry.Value!;
            foreach (var name in assembly.GetManifestResourceNames())
                if (name.StartsWith(Folder, StringComparison.Ordinal))
                {
                    using var stream = assembly.GetManifestResourceStream(name)!;
                    foreach (var (english, spanish) in Read(stream))
                        all[english] = spanish;
                }

            return all.ToFrozenDictionary(StringComparer.Ordinal);
        }

        public static Dictionary<string, string> Read(Stream stream)
        {
            using var file = JsonDocument.Parse(
                stream,
                new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }
            );
            return file
                .RootElement.EnumerateObject()
                .ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!, StringComparer.Ordinal);
        }
    }
}
