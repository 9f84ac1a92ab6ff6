using System.Net;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>What a firm says of itself on the form, and what it asks for there.</summary>
[Trait("Category", "Slow")]
public sealed class FormSettingsTests(TestDatabases databases)
{
    [Fact]
    public async Task Phone_hours_and_how_soon_stand_on_the_form_and_after_it_in_the_readers_language()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        Assert.Equal(
            "We usually reply within five minutes.",
            (await app.Client.OpenAsync("/?lang=en")).QuerySelector(".contact")!.Words()
        );

        using (
            var saved = await root.SaveAsync(
                "form",
                ("intake_phone", "212-555-0100"),
                ("intake_office_hours", "Monday to Friday, 9 to 5"),
                ("intake_office_hours_in_spanish", "De lunes a viernes, de 9 a 17 h"),
                ("intake_how_soon", "We call you back within the hour."),
                ("intake_resume_label", "Documents")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, saved.StatusCode);

        foreach (var address in (string[])["/", "/thanks/1"])
        {
            var contact = (await app.Client.OpenAsync($"{address}?lang=en")).QuerySelector(".contact")!;
            Assert.Contains("We call you back within the hour.", contact.Words(), StringComparison.Ordinal);
            Assert.Contains("Monday to Friday", contact.Words(), StringComparison.Ordinal);
            Assert.Equal("tel:+12125550100", contact.QuerySelector("a")!.GetAttribute("href"));
            Assert.Contains(
                "De lunes a viernes",
                (await app.Client.OpenAsync($"{address}?lang=es")).QuerySelector(".contact")!.Words(),
                StringComparison.Ordinal
            );
        }

        var preview = (await root.OpenAsync("/admin/settings")).QuerySelector("#form dl")!.Words();
        Assert.Contains(
            "We call you back within the hour. · 212-555-0100 · De lunes",
            preview,
            StringComparison.Ordinal
        );
        Assert.Equal(
            "Documents *",
            (await app.Client.OpenAsync("/?lang=en")).QuerySelector("label[for=f-resume]")!.Words()
        );
    }

    [Theory]
    [InlineData("00:00:00", true, true, true, "We usually reply within a minute.")]
    [InlineData("00:04:00", true, true, true, "We usually reply within five minutes.")]
    [InlineData("00:30:00", true, true, true, "We usually reply within 31 minutes.")]
    [InlineData("01:00:00", true, true, true, "We usually reply within an hour.")]
    [InlineData("12:00:00", true, true, true, "We usually reply within 13 hours.")]
    [InlineData("3.00:00:00", true, true, true, "We usually reply within 4 days.")]
    [InlineData("00:04:00", true, false, true, "During office hours, we usually reply within five minutes.")]
    [InlineData("00:04:00", true, false, false, null)]
    [InlineData("00:04:00", false, true, true, null)]
    public async Task How_soon_is_what_the_outreach_keeps(
        string after,
        bool enabled,
        bool inFirmsName,
        bool assign,
        string? said
    )
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Outreach:After", after),
                new("Outreach:Enabled", $"{enabled}"),
                new("Outreach:InFirmsName", $"{inFirmsName}"),
                new("Outreach:Assign", $"{assign}"),
            ],
            role: "web"
        );

        Assert.Equal(said, (await app.Client.OpenAsync("/?lang=en")).QuerySelector(".how-soon")?.Words());
        var spanish = (await app.Client.OpenAsync("/?lang=es")).QuerySelector(".how-soon")?.Words();
        if (said is not null)
            Assert.Matches(
                "^(Normalmente|En horario de oficina, normalmente) respondemos en (?!a |an )[a-z0-9]+ (minutos?|horas?|días)\\.$",
                spanish
            );
    }

    [Theory]
    [InlineData("required", false, false)]
    [InlineData("optional_on_form", true, false)]
    [InlineData("optional", true, true)]
    public async Task A_resume_is_required_where_the_firm_says_so(string wanted, bool onForm, bool byApi)
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Intake:Resume", wanted)], role: "web");
        var prospect = new Prospect { Resume = null };

        using var form = await prospect.SubmitsAsync(app);
        using var v1 = await prospect.SubmitsAsync(app, "/api/v1/leads");
        using var compat = await prospect.SubmitsAsync(app, "/api/leads/");

        Assert.Equal(onForm, form.StatusCode == HttpStatusCode.SeeOther);
        Assert.Equal(
            byApi
                ? (HttpStatusCode.Created, HttpStatusCode.Created)
                : (HttpStatusCode.BadRequest, HttpStatusCode.BadRequest),
            (v1.StatusCode, compat.StatusCode)
        );
        var page = await app.Client.OpenAsync("/?lang=en");
        Assert.Equal(
            onForm ? "Resume or CV (optional)" : "Resume or CV *",
            page.QuerySelector("label[for=f-resume]")!.Words()
        );
        Assert.Equal(onForm, !page.QuerySelector("[name=resume]")!.HasAttribute("required"));

        // The documents say the same.
        foreach (var name in (string[])["v1-multipart", "compat-multipart"])
        {
            using var document = await app.Client.GetAsync(new Uri($"/openapi/{name}.json", UriKind.Relative));
            var required = (await document.JsonAsync())
                .GetProperty("components")
                .GetProperty("schemas")
                .GetProperty("SubmissionForm")
                .GetProperty("required")
                .EnumerateArray()
                .Select(field => field.GetString());
            Assert.Equal(!byApi, required.Contains("resume"));
        }
    }

    [Fact]
    public async Task Where_the_file_has_another_name_nobody_is_asked_for_a_resume()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Intake:ResumeLabel", "Documents"), new("Intake:ResumeLabelInSpanish", "Documentos")],
            role: "web"
        );

        using var english = await new Prospect { Resume = null }.SubmitsAsync(app, "/?lang=en");
        using var spanish = await new Prospect { Resume = null }.SubmitsAsync(app, "/?lang=es");

        Assert.Equal("Please add a PDF, DOC, DOCX, RTF, ODT or TXT file.", await english.ErrorAsync("resume"));
        Assert.Equal("Añada un archivo PDF, DOC, DOCX, RTF, ODT o TXT.", await spanish.ErrorAsync("resume"));
        Assert.DoesNotContain(
            "resume",
            (await app.Client.OpenAsync("/?lang=en")).Body!.Words(),
            StringComparison.OrdinalIgnoreCase
        );
        Assert.DoesNotContain(
            "currículum",
            (await app.Client.OpenAsync("/?lang=es")).Body!.Words(),
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_beside_its_field()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        using var answer = await root.SaveAsync(
            "form",
            ("intake_phone", "call us"),
            ("intake_office_hours", new string('x', 201)),
            ("intake_resume", "perhaps")
        );

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.StartsWith(
            "A phone number can contain",
            await answer.ErrorAsync("intake_phone"),
            StringComparison.Ordinal
        );
        Assert.Equal("This can have at most 200 characters.", await answer.ErrorAsync("intake_office_hours"));
        Assert.StartsWith("Please choose one of", await answer.ErrorAsync("intake_resume"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/thanks/1")]
    [InlineData("/nowhere")]
    public async Task No_page_that_clients_see_leads_to_signing_in(string address)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await app.Client.GetAsync(new Uri(address, UriKind.Relative));

        Assert.Empty((await answer.PageAsync()).QuerySelectorAll("a[href*=signin]"));
    }
}
