using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Components;

namespace Anteroom.Web;

/// <summary>Words with elements among them, which a translation may put elsewhere in the sentence.</summary>
internal static class WordingOnPages
{
    /// <summary>A sentence whose key has tags: <c>T.Markup("You sign in as &lt;strong&gt;{0}&lt;/strong&gt;.", name)</c>. Values are escaped.</summary>
    public static MarkupString Markup(this Wording words, string english, params ReadOnlySpan<object?> values)
    {
        var safe = new object?[values.Length];
        for (var i = 0; i < values.Length; i++)
            safe[i] = values[i] is null
                ? null
                : HtmlEncoder.Default.Encode(
                    string.Format(System.Globalization.CultureInfo.CurrentCulture, "{0}", values[i])
                );
        return new MarkupString(safe.Length == 0 ? words[english] : words[english, safe]);
    }

    /// <summary>A sentence around components: <c>T.With("Sent {0}.", @&lt;RelativeTime At="at" /&gt;)</c>.</summary>
    public static RenderFragment With(this Wording words, string english, params RenderFragment[] parts)
    {
        var text = words[english];
        return builder =>
        {
            var at = 0;
            while (at < text.Length)
            {
                var open = text.IndexOf('{', at);
                if (open < 0 || text.IndexOf('}', open) is not (> 0 and var close))
                    break;
                builder.AddContent(0, text[at..open]);
                builder.AddContent(
                    1,
                    parts[
                        int.Parse(
                            text.AsSpan(open + 1, close - open - 1),
                            System.Globalization.CultureInfo.InvariantCulture
                        )
                    ]
                );
                at = close + 1;
            }

            builder.AddContent(2, text[at..]);
        };
    }
}
