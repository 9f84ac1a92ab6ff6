using Anteroom.Mail;

namespace Anteroom.Tests.Mail.Templating;

/// <summary>Which templates can be sent, and what is said about those that cannot.</summary>
public sealed class TemplateCheckTests
{
    private static readonly MailKindFacts Confirmation = EmailKind.Confirmation.Facts();

    private static readonly MailKindFacts WithRows = new(
        EmailKind.Notification,
        "Rows",
        "Has a list.",
        MailAudience.Firm,
        [
            new("firm", "The firm", "Byron"),
            new(
                "rows",
                "A list",
                new List<Dictionary<string, object?>>
                {
                    new(StringComparer.Ordinal) { ["label"] = "Open", ["count"] = "3" },
                }
            ),
        ]
    );

    [Fact]
    public void Every_kind_is_described_and_what_comes_with_the_product_can_be_sent()
    {
        foreach (var kind in Enum.GetValues<EmailKind>())
        {
            var facts = kind.Facts();
            Assert.Contains(facts.Fields, field => field.Name == "firm");
            if (facts.CanBeUnsubscribed)
                Assert.Contains(facts.Fields, field => field is { Name: "email", Optional: false });
        }

        foreach (var facts in MailKinds.Templates)
            Assert.Empty(TemplateCheck.Check(BuiltInTemplates.Of(facts), facts));
    }

    [Theory]
    [InlineData("", "text", "html", "Please write a subject.")]
    [InlineData("one\ntwo", "text", "html", "A subject is one line. Please remove the line break.")]
    [InlineData(
        "subject",
        "",
        "html",
        "There is HTML but no text. Please write the text, too: some people read nothing else."
    )]
    [InlineData("subject", "text", "", "Please write the HTML part, too: most people read that one.")]
    [InlineData("subject", "", "", "Please write the text.")]
    [InlineData(
        "{{phone}}",
        "text",
        "html",
        "This is empty when phone or practice_area or message or file_name is missing. Put words beside it."
    )]
    [InlineData(
        "subject",
        "{{#if phone}}x{{/if}}",
        "html",
        "This is empty when phone or practice_area or message or file_name is missing. Put words beside it."
    )]
    [InlineData(
        "subject",
        "a\nb {{frist_name}}",
        "html",
        "Line 2: There is no merge field {{frist_name}}. Did you mean {{first_name}}?"
    )]
    [InlineData("{{link}}", "text", "html", "There is no merge field {{link}}.")]
    [InlineData(
        "subject",
        "text",
        "a\n\n<b>{{{message}}}</b>",
        "Line 3: Please write {{message}} with two braces: values are always escaped, so that nobody can put their own HTML into your emails."
    )]
    [InlineData(
        "subject",
        "text",
        "{{&message}}",
        "Line 1: Please write {{message}} with two braces: values are always escaped, so that nobody can put their own HTML into your emails."
    )]
    [InlineData("subject", "text", "a\n{{first_name", "Line 2: {{ is not closed. Write }} behind the name.")]
    [InlineData("subject", "text", "a\n{{first_name}", "Line 2: {{ is not closed. Write }} behind the name.")]
    [InlineData("subject", "text", "{{first_name {{last_name}}", "Line 1: {{ is not closed. Write }} behind the name.")]
    [InlineData("subject", "{{#if phone}}\nx", "html", "Line 1: {{#if …}} is not closed. Write {{/if}} behind it.")]
    [InlineData("subject", "x\n{{/if}}", "html", "Line 2: {{/if}} closes nothing: there is no {{#if …}} before it.")]
    [InlineData(
        "subject",
        "{{#if phone}}\n{{/unless}}",
        "html",
        "Line 2: {{/unless}} stands where {{/if}} has to close the {{#if …}} of line 1."
    )]
    [InlineData("subject", "x {{else}} y", "html", "Line 1: {{else}} stands outside of {{#if …}} … {{/if}}.")]
    [InlineData(
        "subject",
        "{{#if phone}}a{{else}}b{{else}}c{{/if}}",
        "html",
        "Line 1: There is a second {{else}} in the {{#if …}} of line 1."
    )]
    [InlineData("subject", "{{#if}}a{{/if}}", "html", "Line 1: Please write one name behind #if, as {{#if phone}}.")]
    [InlineData(
        "subject",
        "{{#when phone}}a{{/when}}",
        "html",
        "Line 1: There is no {{#when}}. There are if, unless, each and with."
    )]
    [InlineData("subject", "{{> layout}}", "html", "Line 1: Parts of other templates cannot be used here.")]
    [InlineData("subject", "{{}}", "html", "Line 1: There is nothing between the braces.")]
    [InlineData(
        "subject",
        "{{lookup firm 0}}",
        "html",
        "Line 1: “lookup” is nothing that can be done with a value. There are if, unless, each and with, written {{#if phone}} … {{/if}}."
    )]
    [InlineData("subject", "{{../firm}}", "html", "Line 1: ../ in ../firm leads out of the email's values.")]
    [InlineData(
        "subject",
        "{{first-name}}",
        "html",
        "Line 1: “first-name” is not a merge field. A field is written as {{firm}}."
    )]
    [InlineData("subject", "{{#each phone}}x{{/each}} y", "html", "Line 1: phone is no list.")]
    [InlineData(
        "subject",
        "text",
        "a\n<SCRIPT>x</SCRIPT>",
        "Line 2: <script> cannot be used. The page around this part is there already, and no mail reader runs scripts or forms."
    )]
    [InlineData("subject", "a\n{{!-- }} --}}", "html", "Line 2: Please write remarks as {{! … }}, without -- in them.")]
    [InlineData(
        "subject",
        "{{this}}",
        "html",
        "Line 1: {{this}} is everything at once. Write the name of one field, as {{firm}}."
    )]
    [InlineData("subject", "a\u0007b", "html", "This text contains control characters. Please send plain text.")]
    public void What_is_wrong_is_said_with_its_line(string subject, string text, string html, string sentence)
    {
        var problem = Assert.Single(
            TemplateCheck.Check(new TemplateSource(subject, text, html), Confirmation),
            problem => problem.ToString() == sentence
        );

        Assert.NotEqual("", problem.Sentence.ToString());
    }

    [Theory]
    [InlineData("{{firm}}", "Dear {{first_name}}{{! a remark }}", "<p>{{~first_name~}}</p>")]
    [InlineData("a", "{{#if phone}}{{phone}}{{else if message}}{{message}}{{else}}none{{/if}}", "<header>x</header>")]
    [InlineData(
        "a",
        "{{#unless phone}}No phone{{else}}x{{/unless}}",
        "<style>@media print { p { color: red } }</style>"
    )]
    [InlineData("a", "{{#with first_name}}{{this}}{{/with}} {{#if phone}}\n{{#if message}}x{{/if}}\n{{/if}}", "b")]
    public void What_can_be_sent_passes(string subject, string text, string html) =>
        Assert.Empty(TemplateCheck.Check(new TemplateSource(subject, text, html), Confirmation));

    [Fact]
    public void Lists_know_the_fields_of_their_elements()
    {
        Assert.Empty(Check("{{#each rows}}{{@index}} {{label}} {{this.count}} {{../firm}}{{else}}none{{/each}}"));
        Assert.Equal(
            "Line 1: There is no merge field {{lable}}. Did you mean {{label}}?",
            Check("{{#each rows}}{{lable}}{{/each}}x")
        );
        Assert.Equal("Line 1: @index is known only inside of {{#each …}}.", Check("{{@index}}"));
        Assert.StartsWith("Line 1: rows is a list.", Check("{{rows}}"), StringComparison.Ordinal);

        static string Check(string text) =>
            string.Join('|', TemplateCheck.Check(new TemplateSource("subject", text, "html"), WithRows));
    }
}
