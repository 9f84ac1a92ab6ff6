using Anteroom.Admin;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Operations;

/// <summary>What there is of continuous backups without a private PostgreSQL.</summary>
public sealed class ArchiveOnServerTests(TestDatabases databases)
{
    [Theory]
    [InlineData("disk", "Not done by Anteroom: the database is on a PostgreSQL server. Use the server's own archiving")]
    [InlineData("", "Off: Backup:Continuous is not set.")]
    public async Task On_a_server_the_job_says_that_the_server_archives(string setting, string words)
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["Backup:Continuous"] = setting },
            role: "web"
        );
        await using var scope = app.Services.CreateAsyncScope();

        var report = await JobList
            .Find("continuous_backup")!
            .RunAsync(scope.ServiceProvider, DateTimeOffset.UtcNow, TestContext.Current.CancellationToken);

        Assert.StartsWith(words, report.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("000000010000000000000003", "0/4000000")]
    [InlineData("0000000100000000000000FF", "1/0")]
    [InlineData("0000000200000001000000FE", "1/FF000000")]
    public void A_segment_knows_its_name_and_where_it_ends(string name, string end)
    {
        var segment = WalSegment.Parse(name)!;

        Assert.Equal(name, segment.ToString());
        Assert.Equal(end, segment.End);
        Assert.Null(WalSegment.Parse(name + ".partial"));
        Assert.Null(WalSegment.Parse("00000002.history"));
    }

    [Theory]
    [InlineData("3 4 5 6", null)]
    [InlineData("3 4 6", "000000010000000000000005")]
    [InlineData("4 5", "000000010000000000000003")]
    [InlineData("3", "000000010000000000000004")]
    [InlineData("1 3 4", null)]
    public void A_gap_is_found_behind_a_base_and_nowhere_else(string there, string? gap)
    {
        var segments = there
            .Split(' ')
            .Select(number => WalSegment.Parse($"00000001000000000000000{number}")!)
            .ToList();
        var from = new ArchivedBase(
            "2026-11-29T03-15-00Z",
            "1.0",
            18,
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            "000000010000000000000003",
            "000000010000000000000004",
            [],
            null
        );

        Assert.Equal(gap, WalArchive.GapBehind(from, segments)?.ToString());
    }
}
