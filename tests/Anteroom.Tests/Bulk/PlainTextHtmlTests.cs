using Anteroom.Mail;

namespace Anteroom.Tests.Bulk;

/// <summary>The HTML part of an email that was written as plain text.</summary>
public sealed class PlainTextHtmlTests
{
    [Theory]
    [InlineData("one", "<p style=\"margin:0 0 16px\">one</p>")]
    [InlineData("a\r\nb", "<p style=\"margin:0 0 16px\">a<br>\nb</p>")]
    [InlineData("a\n\n\n\nb", "<p style=\"margin:0 0 16px\">a</p>\n<p style=\"margin:0 0 16px\">b</p>")]
    [InlineData(
        "a < b & \"c\" {{firm}} > d",
        "<p style=\"margin:0 0 16px\">a &lt; b &amp; &quot;c&quot; {{firm}} &gt; d</p>"
    )]
    [InlineData("{{#if phone}}<b>{{/if}} {{", "<p style=\"margin:0 0 16px\">{{#if phone}}&lt;b&gt;{{/if}} {{</p>")]
    [InlineData(
        "see https://firm.example/a?b=1&c=2 now",
        "<p style=\"margin:0 0 16px\">see <a href=\"https://firm.example/a?b=1&amp;c=2\">https://firm.example/a?b=1&amp;c=2</a> now</p>"
    )]
    [InlineData("javascript:alert(1)", "<p style=\"margin:0 0 16px\">javascript:alert(1)</p>")]
    [InlineData("", "")]
    public void Paragraphs_lines_and_links_and_nothing_else(string text, string html) =>
        Assert.Equal(html, PlainTextHtml.Of(text));
}
