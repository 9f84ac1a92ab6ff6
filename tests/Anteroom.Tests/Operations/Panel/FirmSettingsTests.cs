using System.Net;
using System.Net.Http.Headers;
using Anteroom.Firm;
using Anteroom.Outreach;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>The firm's settings are changed on a page and hold at once, everywhere.</summary>
[Trait("Category", "Slow")]
public sealed class FirmSettingsTests(TestDatabases databases)
{
    [Fact]
    public async Task What_is_saved_holds_at_once_on_every_node_and_after_a_restart()
    {
        await using var one = await AnteroomApp.StartAsync(databases, role: "web");
        await using var other = await AnteroomApp.StartAsync(
            databases,
            connectionString: one.Database.ConnectionString,
            role: "web"
        );
        using var root = await one.SignedInAsync(Role.Administrator, "root");

        using (
            var answer = await root.SaveAsync(
                "firm",
                ("firm_name", "Byron & Partners"),
                ("firm_time_zone", "America/New_York"),
                ("firm_accent_color", "#7A1F3D")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        using (
            var answer = await root.SaveAsync(
                "intake",
                ("firm_notify_addresses", "desk@firm.example, night@firm.example"),
                ("firm_practice_area_list", "Wills\nTax\n\n Wills "),
                ("firm_consent_text", "I agree that\nyou keep this.")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        using (
            var answer = await root.SaveAsync(
                "outreach",
                ("outreach_after", "0.5"),
                ("outreach_assign", null),
                ("firm_attorneys_see_only_theirs", "true")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);

        using (
            var answer = await root.SaveAsync(
                "retention",
                ("retention_trash_days", ""),
                ("retention_delete_resumes_after_days", "90")
            )
        )
            Assert.Equal("/admin/retention", answer.Headers.Location!.ToString());
        var retention = one.Services.GetRequiredService<IOptions<RetentionOptions>>().Value;
        Assert.Equal(
            (0, 90, 0),
            (retention.TrashDays, retention.DeleteResumesAfterDays, retention.EraseLeadsAfterDays ?? 0)
        );

        // Here with the answer, there within a second.
        Assert.Equal("Byron & Partners", FirmOf(one).Name);
        var patience = DateTime.UtcNow.AddSeconds(30);
        while (!FirmOf(other).AttorneysSeeOnlyTheirs && DateTime.UtcNow < patience)
            await Task.Delay(20);
        foreach (var node in new[] { one, other })
        {
            Assert.Equal("America/New_York", FirmOf(node).Zone.Id);
            Assert.Equal(["Wills", "Tax"], FirmOf(node).PracticeAreas);
            Assert.Equal(2, FirmOf(node).Notify.Count);
            var outreach = node.Services.GetRequiredService<IOptions<OutreachOptions>>().Value;
            Assert.Equal((TimeSpan.FromSeconds(30), false, true), (outreach.After, outreach.Assign, outreach.Enabled));
        }

        var form = await other.Client.OpenAsync("/");
        Assert.Contains("Byron & Partners", form.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains("I agree that you keep this.", form.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal(
            ["", "Wills", "Tax"],
            form.QuerySelectorAll("#f-practice-area option").Select(option => option.GetAttribute("value")!)
        );
        var style = form.QuerySelector("link[href^='/firm.css']")!.GetAttribute("href")!;
        using (var css = await other.Client.GetAsync(new Uri(style, UriKind.Relative)))
        {
            Assert.Contains(
                "--accent: light-dark(#7a1f3d, ",
                await css.Content.ReadAsStringAsync(),
                StringComparison.Ordinal
            );
            Assert.Contains("immutable", css.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(style, UriKind.Relative));
            again.Headers.IfNoneMatch.Add(css.Headers.ETag!);
            using var same = await other.Client.SendAsync(again);
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        }

        // A lead keeps which text the form showed, and the firm is told where it now wishes.
        var version = form.QuerySelector("input[name=consent]")!.GetAttribute("value")!;
        await new Prospect { PracticeArea = "Tax", Consent = version }.IsAcceptedAsync(other);
        Assert.Equal(
            "I agree that\nyou keep this.",
            await one.ValueAsync<string>("select text from leads join consent_texts on version = consent_version")
        );
        Assert.Equal(
            ["desk@firm.example", "night@firm.example"],
            await one.TextsAsync("select to_address from emails where kind = 'notification' order by 1")
        );
        Assert.Contains(
            "#7a1f3d",
            await one.ValueAsync<string>("select html from emails where kind = 'confirmation'"),
            StringComparison.Ordinal
        );

        await using var restarted = await AnteroomApp.StartAsync(
            databases,
            connectionString: one.Database.ConnectionString,
            role: "web"
        );
        Assert.Equal("Byron & Partners", FirmOf(restarted).Name);
        var log = await one.TextsAsync("select summary from audit where kind = 'settings_changed' order by id");
        Assert.Equal(4, log.Length);
        Assert.Equal(
            "00:04:00 to 00:00:30",
            await one.ValueAsync<string>(
                "select concat(details->'before'->>'Outreach:After', ' to ', details->'after'->>'Outreach:After') from audit where subject = 'outreach'"
            )
        );
    }

    [Fact]
    public async Task Wrong_values_are_refused_field_by_field_and_what_was_typed_is_kept()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        using var firm = await root.SaveAsync(
            "firm",
            ("firm_name", " "),
            ("firm_time_zone", "Mars/Olympus"),
            ("firm_accent_color", "#ffee00")
        );
        Assert.Equal(HttpStatusCode.UnprocessableEntity, firm.StatusCode);
        var page = await firm.PageAsync();
        Assert.Equal("Please enter the firm's name.", page.QuerySelector("#f-firm-name-error")!.Words());
        Assert.Contains(
            "America/New_York",
            page.QuerySelector("#f-firm-time-zone-error")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "too light to be read",
            page.QuerySelector("#f-firm-accent-color-error")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal("#ffee00", page.QuerySelector("#f-firm-accent-color")!.GetAttribute("value"));
        Assert.Equal(3, page.QuerySelectorAll("#summary li").Length);

        foreach (
            var (section, field, value, sentence) in new[]
            {
                ("intake", "firm_notify_addresses", "desk@firm.example, nobody", "nobody"),
                ("intake", "firm_practice_area_list", " \n ", "at least one practice area"),
                ("intake", "firm_practice_area_list", new string('x', 101), "at most 100 characters"),
                ("outreach", "outreach_after", "soon", "minutes as a number"),
                ("outreach", "outreach_after", "50000", "from 0 minutes to 30 days"),
                ("outreach", "outreach_move_on_after", "-1", "minutes as a number"),
                ("retention", "retention_delete_resumes_after_days", "1.5", "whole number of days"),
                ("retention", "retention_erase_leads_after_days", "99999", "from 0 (never) to 36500"),
                ("retention", "retention_erase_leads_after_days", "99999999999", "whole number of days"),
            }
        )
        {
            using var answer = await root.SaveAsync(section, (field, value));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var error = (await answer.PageAsync()).QuerySelector($"#f-{field.Replace('_', '-')}-error");
            Assert.Contains(sentence, error!.Words(), StringComparison.Ordinal);
        }

        Assert.Equal(0, await app.CountAsync("settings"));
        // Without the secret of a form, and a form that there is not.
        using var empty = new FormUrlEncodedContent([]);
        using var forged = await root.PostAsync(new Uri("/admin/settings/firm", UriKind.Relative), empty);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
    }

    [Fact]
    public async Task Of_two_administrators_who_save_the_same_form_the_second_is_told_and_nothing_is_lost()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using var ruth = await app.SignedInAsync(Role.Administrator, "ruth", "Ruth Byron");
        var opened = await root.OpenAsync("/admin/settings");
        using (await ruth.SaveAsync("firm", ("firm_name", "Byron & Partners"))) { }

        using var late = await root.SaveAsync(opened, "firm", ("firm_name", "Lovelace Law"));

        Assert.Equal(HttpStatusCode.Conflict, late.StatusCode);
        var page = await late.PageAsync();
        Assert.Contains("Ruth Byron saved other values", page.Body!.Words(), StringComparison.Ordinal);
        Assert.Equal("Lovelace Law", page.QuerySelector("#f-firm-name")!.GetAttribute("value"));
        Assert.Equal("Byron & Partners", FirmOf(app).Name);
        using var again = await root.SaveAsync(page, "firm");
        Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Equal("Lovelace Law", FirmOf(app).Name);
        // Another form of the page is none of that.
        using var other = await root.SaveAsync(opened, "outreach", ("outreach_after", "7"));
        Assert.Equal(HttpStatusCode.SeeOther, other.StatusCode);
    }

    [Fact]
    public async Task What_the_environment_sets_is_shown_and_stays()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:Name", "Set Outside"), new("Outreach:Enabled", "false")],
            role: "web"
        );
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        var page = await root.OpenAsync("/admin/settings");
        Assert.Contains(
            "Set by Firm__Name in the environment",
            page.QuerySelector("#f-firm-name")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Null(page.QuerySelector("input[name=firm_name]"));
        using var answer = await root.SaveAsync(
            "firm",
            ("firm_name", "Tried Inside"),
            ("firm_time_zone", "Europe/London")
        );

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal(("Set Outside", "Europe/London"), (FirmOf(app).Name, FirmOf(app).TimeZone));
        Assert.Equal(["Firm:TimeZone"], await app.TextsAsync("select key from settings"));
    }

    [Fact]
    public async Task A_stored_value_that_breaks_a_rule_is_left_out_and_named_and_stops_nothing()
    {
        await using var first = await AnteroomApp.StartAsync(databases, role: "web");
        await using (
            var write = first.Database.CreateCommand(
                """
                insert into settings (key, value, changed_at) values
                    ('Firm:Name', 'Byron & Partners', now()), ('Firm:TimeZone', 'Mars/Olympus', now()),
                    ('Outreach:After', 'soon', now()), ('Outreach:MoveOnAfter', '-00:01:00', now()),
                    ('Retention:EraseLeadsAfterDays', 'x', now()), ('From:TheFuture', '1', now())
                """
            )
        )
            await write.ExecuteNonQueryAsync();

        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Logging:LogLevel:Default", "None")],
            first.Database.ConnectionString,
            role: "web"
        );

        Assert.Equal(("Byron & Partners", "UTC"), (FirmOf(app).Name, FirmOf(app).TimeZone));
        Assert.Equal(TimeSpan.FromMinutes(4), app.Services.GetRequiredService<IOptions<OutreachOptions>>().Value.After);
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var page = await root.OpenAsync("/admin/settings");
        var words = page.Body!.Words();
        Assert.Contains("What is saved for “Time zone” cannot be used.", words, StringComparison.Ordinal);
        Assert.Contains(
            "What is saved for “Reach out after (minutes)” cannot be used.",
            words,
            StringComparison.Ordinal
        );
        Assert.Contains("4 cannot be used", (await root.OpenAsync("/admin")).Body!.Words(), StringComparison.Ordinal);
        using var mended = await root.SaveAsync("firm", ("firm_time_zone", "Europe/Paris"));
        Assert.Equal(HttpStatusCode.SeeOther, mended.StatusCode);
        Assert.Equal("Europe/Paris", FirmOf(app).TimeZone);
    }

    [Fact]
    public async Task The_logo_is_a_picture_by_its_content_and_is_handed_out_with_strict_headers()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        foreach (
            var (file, sentence) in new (byte[], string)[]
            {
                ([], "choose a picture"),
                (
                    "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"u8.ToArray(),
                    "SVG is not taken"
                ),
                ("GIF89a and so on, and so on"u8.ToArray(), "no picture that can be used"),
                (Png(5_000, 10), "at most 4096"),
                (Png(10, 10)[..20], "damaged"),
                (new byte[300_000], "too large"),
            }
        )
        {
            using var refused = await UploadAsync(root, file);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(
                sentence,
                (await refused.PageAsync()).QuerySelector("#f-logo-error")!.Words(),
                StringComparison.Ordinal
            );
        }

        Assert.Equal(0, await app.CountAsync("logos"));
        using (var kept = await UploadAsync(root, Png(120, 40)))
            Assert.Equal(HttpStatusCode.SeeOther, kept.StatusCode);
        var form = await app.Client.OpenAsync("/");
        var address = form.QuerySelector("header .firm-logo")!.GetAttribute("src")!;
        using (var picture = await app.Client.GetAsync(new Uri(address, UriKind.Relative)))
        {
            Assert.Equal("image/png", picture.Content.Headers.ContentType!.MediaType);
            Assert.Equal(Png(120, 40), await picture.Content.ReadAsByteArrayAsync());
            Assert.Contains(
                "sandbox",
                picture.Headers.GetValues("Content-Security-Policy").Single(),
                StringComparison.Ordinal
            );
            Assert.Equal("nosniff", picture.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.NotNull(picture.Headers.ETag);
        }

        var settings = await root.OpenAsync("/admin/settings");
        var secret = settings.QuerySelector("#logo input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var fields = new MultipartFormDataContent { { new StringContent(secret), "__RequestVerificationToken" } };
        using (var removed = await root.PostAsync(new Uri("/admin/settings/logo/remove", UriKind.Relative), fields))
            Assert.Equal(HttpStatusCode.SeeOther, removed.StatusCode);
        Assert.Equal(0, await app.CountAsync("logos"));
        Assert.Null((await app.Client.OpenAsync("/")).QuerySelector(".firm-logo"));
    }

    [Fact]
    public async Task Every_job_follows_the_time_zone_of_the_firm_while_the_schedule_runs()
    {
        await using var web = await AnteroomApp.StartAsync(databases, role: "web");
        await using var worker = await AnteroomApp.StartAsync(
            databases,
            connectionString: web.Database.ConnectionString,
            role: "worker",
            schedule: true
        );
        await web.WaitUntilAsync("select count(*) > 3 from quartz.qrtz_cron_triggers where time_zone_id = 'UTC'");
        using var root = await web.SignedInAsync(Role.Administrator, "root");

        using (await root.SaveAsync("firm", ("firm_time_zone", "Asia/Tokyo"))) { }

        await web.WaitUntilAsync(
            "select count(*) > 3 and bool_and(time_zone_id = 'Asia/Tokyo') from quartz.qrtz_cron_triggers"
        );
    }

    [Theory]
    [InlineData("#14524b", null)]
    [InlineData("#000000", null)]
    [InlineData("#1e3a5f", null)]
    [InlineData("#ffffff", "too light")]
    [InlineData("#3b82f6", "too light")]
    [InlineData("14524b", "enter a hex color")]
    [InlineData("#14524g", "enter a hex color")]
    [InlineData("red; } body { display: none", "enter a hex color")]
    public void A_color_has_to_be_readable(string color, string? problem)
    {
        Assert.Equal(problem is null, AccentColor.From(color) is not null);
        if (problem is null)
            Assert.Null(AccentColor.Problem(color));
        else
            Assert.Contains(problem, AccentColor.Problem(color)!.ToString(), StringComparison.Ordinal);
    }

    private static FirmOptions FirmOf(AnteroomApp app) =>
        app.Services.GetRequiredService<IOptions<FirmOptions>>().Value;

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, byte[] file)
    {
        var page = await client.OpenAsync("/admin/settings");
        var secret = page.QuerySelector("#logo input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        using var form = new MultipartFormDataContent
        {
            { new StringContent(secret), "__RequestVerificationToken" },
            { content, "logo", "logo.png" },
        };
        return await client.PostAsync(new Uri("/admin/settings/logo", UriKind.Relative), form);
    }

    /// <summary>As much of a PNG as tells its size: header, and end.</summary>
    private static byte[] Png(int width, int height)
    {
        byte[] file =
        [
            0x89,
            .. "PNG\r\n\u001a\n"u8,
            0,
            0,
            0,
            13,
            .. "IHDR"u8,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            8,
            6,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            .. "IEND"u8,
            0xae,
            0x42,
            0x60,
            0x82,
        ];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
        return file;
    }
}
