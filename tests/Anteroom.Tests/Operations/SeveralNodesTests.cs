using System.Runtime.Versioning;
using Anteroom.Faults;
using Anteroom.Tests.Resumes.Stores;

namespace Anteroom.Tests.Operations;

/// <summary>What docs/scaling.md promises a firm that runs several nodes, with a real nginx, PostgreSQL, S3 and mail server.</summary>
[Trait("Category", "Slow")]
[SupportedOSPlatform("linux")]
public sealed class SeveralNodesTests(S3Server s3, ITestOutputHelper output)
{
    [Fact]
    public async Task Of_three_nodes_behind_nginx_one_is_killed_under_load_and_only_what_it_was_answering_fails()
    {
        var bucket = await s3.NewBucketAsync();
        var store = bucket.ToDictionary(
            setting => setting.Key.Replace(":", "__", StringComparison.Ordinal),
            setting => setting.Value!,
            StringComparer.Ordinal
        );

        await FaultSuiteTests.IsReachedAsync(new KilledBehindBalancer(store), output);

        Assert.NotEmpty(s3.Files(bucket["Bucket:Name"]!));
    }

    [Fact]
    public Task The_database_server_dies_under_load_its_standby_takes_over_and_nothing_acknowledged_is_lost() =>
        FaultSuiteTests.IsReachedAsync(new DatabaseFailsOver(), output);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task The_next_process_takes_over_from_the_only_node_under_load_and_no_request_fails(bool isPrivate) =>
        FaultSuiteTests.IsReachedAsync(new TakenOver(isPrivate, times: 1), output);
}
