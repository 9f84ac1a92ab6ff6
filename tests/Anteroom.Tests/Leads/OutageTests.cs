using System.Diagnostics;
using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Leads;

/// <summary>What a prospect meets when something of ours is down: a calm answer, and nothing half done.</summary>
[Trait("Category", "Slow")]
public sealed class OutageTests(TestDatabases databases)
{
    [Fact]
    public async Task Without_its_database_the_form_says_when_to_come_back_and_leaves_nothing()
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(databases);
        app.Proxy.GoDown();

        using var answer = await new Prospect { Message = "Keep what I typed" }.SubmitsAsync(app);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.True(answer.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        app.AssertNoFileIsLeft();
        app.Proxy.ComeUp();
        await new Prospect().IsAcceptedAsync(app);
        Assert.Equal(1, await app.CountAsync("leads"));
    }

    [Fact]
    public async Task When_the_line_breaks_during_the_commit_an_acknowledged_lead_is_there_once_and_a_refused_one_not_at_all()
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(databases);
        await new Prospect { Email = "first@example.com" }.IsAcceptedAsync(app);
        using var stop = new CancellationTokenSource();
        var acknowledged = new List<string>();

        // Prospects come one after the other while the line to the database is cut again and again, at whatever moment.
        var cutting = Task.Run(async () =>
        {
            var random = new Random(7);
            for (var i = 0; i < 12; i++)
            {
                await Task.Delay(random.Next(5, 60));
                app.Proxy.GoDown();
                await Task.Delay(random.Next(1, 20));
                app.Proxy.ComeUp();
            }

            await stop.CancelAsync();
        });
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var email = $"p{i}@example.com";
            using var answer = await new Prospect { Email = email }.SubmitsAsync(app);
            if (answer.StatusCode == HttpStatusCode.SeeOther)
                acknowledged.Add(email);
            else
                Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        await cutting;
        await using var command = app.Database.CreateCommand(
            "select email, storage_key from leads join resumes on resumes.lead_id = leads.id"
        );
        var rows = new List<(string Email, string Key)>();
        await using (var reader = await command.ExecuteReaderAsync())
            while (await reader.ReadAsync())
                rows.Add((reader.GetString(0), reader.GetString(1)));
        Assert.Equal(rows.Count, rows.Distinct().Count());
        Assert.All(acknowledged, email => Assert.Single(rows, row => row.Email == email));
        // Every lead has its file, whatever happened.
        Assert.All(
            rows,
            row => Assert.Contains(app.KeptFiles(), file => file.EndsWith(row.Key, StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task A_lead_whose_commit_was_not_confirmed_is_asked_for_again_until_the_database_is_back()
    {
        await using var app = await StartWarmAsync();

        var lost = app.Proxy.LoseAnswerAsync(which: 3);
        var submitting = new Prospect { Email = "unsure@example.com" }.IsAcceptedAsync(app);
        await lost;
        await Task.Delay(300); // long enough for the first, immediate resend to fail
        app.Proxy.ComeUp();
        await submitting;

        Assert.Equal(2, await app.CountAsync("leads"));
        Assert.Equal(2, app.KeptFiles().Count);
    }

    [Fact]
    public async Task A_lead_whose_commit_is_never_confirmed_keeps_its_file()
    {
        await using var app = await StartWarmAsync();

        var lost = app.Proxy.LoseAnswerAsync(which: 3);
        using var answer = await new Prospect { Email = "unsure@example.com" }.SubmitsAsync(app);

        Assert.True(lost.IsCompleted);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains(
            "We could not find out whether it was saved.",
            await answer.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        app.Proxy.ComeUp();
        // It was committed, and a lead without its resume would be worse than a file without its lead.
        Assert.Equal(2, await app.CountAsync("leads"));
        Assert.Equal(2, app.KeptFiles().Count);
    }

    /// <summary>Nothing but requests talks to the database, and the first of them is over: answers can be counted.</summary>
    private async Task<AnteroomApp> StartWarmAsync()
    {
        var app = await AnteroomApp.StartBehindProxyAsync(
            databases,
            [new("Firm:NotifyAddresses", "intake@firm.example")],
            AnteroomApp.WithoutBackgroundWork
        );
        await new Prospect { Email = "warm@example.com" }.IsAcceptedAsync(app);
        return app;
    }

    [Fact]
    public async Task A_full_disk_is_said_calmly_and_leaves_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await using var disk = await SmallDisk.MountAsync(Path.Combine(app.Folder, "resumes"), kilobytes: 256);

        using var answer = await new Prospect { Resume = SampleFiles.Pdf(2 * 1024 * 1024) }.SubmitsAsync(app);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        await app.AssertNothingIsLeftAsync();
        await new Prospect { Resume = SampleFiles.Txt() }.IsAcceptedAsync(app);
    }

    /// <summary>A file system of a few kilobytes over a folder. Needs root; other users skip the test.</summary>
    private sealed class SmallDisk(string folder) : IAsyncDisposable
    {
        public static async Task<SmallDisk> MountAsync(string folder, int kilobytes)
        {
            Assert.SkipUnless(
                OperatingSystem.IsLinux() && Environment.UserName == "root",
                "Mounting a small disk needs root."
            );
            var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", folder);
            Assert.SkipUnless(mounted, "This machine does not let us mount a small disk.");
            return new SmallDisk(folder);
        }

        public async ValueTask DisposeAsync() => await RunAsync("umount", "--lazy", folder);

        private static async Task<bool> RunAsync(string program, params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
    }
}
