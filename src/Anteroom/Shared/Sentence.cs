using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Anteroom.Shared;

/// <summary>
/// A sentence for a person that keeps its values apart from its words: <c>Sentence wrong = $"A name can have at most {most} characters."</c>.
/// <see cref="ToString"/> says it in English; a page in another language looks up <see cref="Format"/> and puts the values into what it finds.
/// </summary>
/// <remarks>
/// Values that are sentences are translated as well. Write <c>$"…"</c> where a <see cref="Sentence"/> is expected: a conditional whose
/// branches are all strings makes a string first, and its values are lost.
/// </remarks>
[InterpolatedStringHandler]
public sealed class Sentence
{
    private readonly StringBuilder _format;
    private readonly List<object?> _values;

    /// <summary>For the compiler, which turns <c>$"…"</c> into it.</summary>
    public Sentence(int literalLength, int formattedCount)
    {
        _format = new StringBuilder(literalLength + (3 * formattedCount));
        _values = new List<object?>(formattedCount);
    }

    /// <summary>The English words as a composite format: <c>A name can have at most {0} characters.</c></summary>
    public string Format => _format.ToString();

    /// <summary>For the compiler.</summary>
    public void AppendLiteral(string literal) =>
        _format.Append(
            literal.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
        );

    /// <summary>For the compiler.</summary>
    public void AppendFormatted(object? value, string? format = null)
    {
        _format.Append('{').Append(_values.Count);
        if (format is not null)
            _format.Append(':').Append(format);
        _format.Append('}');
        _values.Add(value);
    }

    /// <summary>The sentence in another language.</summary>
    /// <param name="translate">Finds the format in that language; gives back what it was given when there is none.</param>
    public string Say(Func<string, string> translate) =>
        string.Format(
            CultureInfo.CurrentCulture,
            translate(Format),
            [.. _values.Select(value => value is Sentence inner ? inner.Say(translate) : value)]
        );

    /// <summary>The sentence in English.</summary>
    public override string ToString() => Say(format => format);

    /// <summary>A sentence without values.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static Sentence? FromString(string? text)
    {
        if (text is null)
            return null;
        var sentence = new Sentence(text.Length, 0);
        sentence.AppendLiteral(text);
        return sentence;
    }

    /// <inheritdoc cref="FromString"/>
    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator Sentence?(string? text) => FromString(text);
}
