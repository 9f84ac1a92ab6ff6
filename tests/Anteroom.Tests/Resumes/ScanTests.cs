using System.Net;
using System.Text;
using Anteroom.Resumes;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;
using Anteroom.Tests.Outreach;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Resumes;

/// <summary>With a virus scanner nobody opens a file that it has not looked at, or in which it has found something.</summary>
[Trait("Category", "Slow")]
public sealed class ScanTests(TestDatabases databases)
{
    private static readonly Prospect Harmful = new()
    {
        Resume = Encoding.ASCII.GetBytes($"Ada Lovelace\n{ClamServer.Harm}\n"),
        FileName = "Ada.txt",
        ClaimedType = "text/plain",
    };

    [Fact]
    public async Task A_resume_is_held_back_until_the_scanner_has_looked_at_it()
    {
        await using var scanner = await ClamServer.StartAsync();
        await using (
            var door = await AnteroomApp.StartAsync(databases, [new("Scanner:Address", scanner.Address)], role: "web")
        )
        {
            var number = await new Prospect().IsAcceptedAsync(door);
            using var maria = await door.SignedInAsync();
            using var answer = await maria.GetAsync(new Uri($"/leads/{number}/resume", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("scanned for viruses", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await using var app = await AnteroomApp.StartAsync(databases, [new("Scanner:Address", scanner.UnixAddress)]);
        var next = await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select bool_and(scan_state = 'clean') from resumes");
        using var daniel = await app.SignedInAsync(Role.Attorney, "daniel");
        Assert.Equal(
            SampleFiles.Pdf(),
            await daniel.GetByteArrayAsync(new Uri($"/leads/{next}/resume", UriKind.Relative))
        );
    }

    [Fact]
    public async Task What_the_scanner_finds_is_in_quarantine_for_everybody_until_an_administrator_releases_it()
    {
        await using var scanner = await ClamServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(databases, [new("Scanner:Address", scanner.Address)]);
        await new Prospect().IsAcceptedAsync(app);
        var number = await Harmful.IsAcceptedAsync(app);
        await app.WaitUntilAsync("select bool_and(scan_state <> 'waiting') from resumes");

        // Seen at a glance, found by a filter, told in the timeline.
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var list = await root.OpenAsync("/leads?attention=resume_quarantined");
        Assert.Contains(
            "File quarantined",
            Assert.Single(list.QuerySelectorAll("tbody tr")).Words(),
            StringComparison.Ordinal
        );
        var page = await root.OpenAsync($"/leads/{number}");
        Assert.Contains(
            $"found {ClamServer.Name}",
            page.QuerySelector("#resume-card")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "Anteroom put the resume into quarantine",
            page.QuerySelector(".history")!.Words(),
            StringComparison.Ordinal
        );

        // Through no door.
        var id = await app.ValueAsync<Guid>($"select id from leads where number = {number}");
        var key = await app.ValueAsync<string>($"select storage_key from resumes where lead_id = '{id}'");
        using var bearer = await app.BearerAsync(Role.Staff, "desk");
        using var compat = await app.LoggedInAsync(Role.Staff, "counter");
        foreach (
            var (client, address) in new[]
            {
                (root, $"/leads/{number}/resume"),
                (root, $"/leads/{number}/resume/preview"),
                (bearer, $"/api/v1/leads/{id}/resume"),
                (compat, $"/api/leads/{number}/resume/"),
                (compat, $"/media/resumes/{key}"),
            }
        )
        {
            using var refused = await client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
            Assert.Contains(ClamServer.Name, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        using var staff = await app.SignedInAsync(Role.Staff, "front");
        Assert.Null((await staff.OpenAsync($"/leads/{number}")).QuerySelector("form[action*='/release']"));

        using var released = await root.SendFormAsync(page.Form($"/leads/{number}/resume/release"));
        Assert.Equal(HttpStatusCode.SeeOther, released.StatusCode);
        Assert.Equal(
            Harmful.Resume,
            await staff.GetByteArrayAsync(new Uri($"/leads/{number}/resume", UriKind.Relative))
        );
        Assert.Contains(
            $"root released the resume from quarantine, in spite of {ClamServer.Name}",
            (await root.OpenAsync($"/leads/{number}")).QuerySelector(".history")!.Words(),
            StringComparison.OrdinalIgnoreCase
        );
    }

    [Fact]
    public async Task A_scanner_that_is_away_is_asked_again_and_loses_nothing()
    {
        await using var scanner = await ClamServer.StartAsync();
        await scanner.GoAwayAsync();
        await using var firm = await FirmAtWork.OpenAsync(
            databases,
            ["maria"],
            settings: [new("Scanner:Address", scanner.Address)]
        );
        await Harmful.IsAcceptedAsync(firm.App);
        await firm.App.WaitUntilAsync(
            $"select attempts = 1 and state = 'queued' and last_error like '%{scanner.Address}%' from work where kind = 'scan_resume'"
        );
        Assert.Equal("waiting", await firm.App.ValueAsync<string>("select scan_state from resumes"));

        await scanner.ComeBackAsync();
        firm.Wait(TimeSpan.FromMinutes(1));
        await firm.App.WaitUntilAsync("select scan_state = 'quarantined' from resumes");
    }

    [Fact]
    public async Task A_file_that_is_too_large_for_the_scanner_is_said_to_be_unscanned()
    {
        await using var scanner = await ClamServer.StartAsync(largest: "100K");
        await using var app = await AnteroomApp.StartAsync(databases, [new("Scanner:Address", scanner.Address)]);
        await new Prospect { Resume = SampleFiles.Pdf(3_000_000) }.IsAcceptedAsync(app);
        await app.WaitUntilAsync("select scan_state = 'unscanned' from resumes");
        Assert.Contains(
            "too large for the scanner",
            await app.ValueAsync<string>("select summary from activities where kind = 'resume_scanned'"),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("stream: OK", "Clean { }")]
    [InlineData("stream: Win.Test.EICAR_HDB-1 FOUND", "Found { Name = Win.Test.EICAR_HDB-1 }")]
    [InlineData("INSTREAM size limit exceeded. ERROR", "TooLarge { }")]
    [InlineData("stream: Can't allocate memory ERROR", "")]
    [InlineData("stream:  FOUND", "")]
    [InlineData("", "")]
    public void Only_what_it_says_of_the_file_counts_as_an_answer(string answer, string meaning) =>
        Assert.Equal(meaning, VirusScan.Read(answer)?.ToString() ?? "");

    [Theory]
    [InlineData("", true)]
    [InlineData("localhost:3310", true)]
    [InlineData("[::1]:3310", true)]
    [InlineData("unix:/run/clamav/clamd.ctl", true)]
    [InlineData("localhost", false)]
    [InlineData("localhost:0", false)]
    [InlineData("localhost:99999", false)]
    [InlineData(":3310", false)]
    public void An_address_that_leads_nowhere_is_refused_at_the_start(string address, bool works) =>
        Assert.Equal(
            works,
            new ScannerRules().Validate(Options.DefaultName, new ScannerOptions { Address = address }).Succeeded
        );
}
