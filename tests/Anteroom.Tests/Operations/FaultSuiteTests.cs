using Anteroom.Benchmarks;
using Anteroom.Faults;

namespace Anteroom.Tests.Operations;

/// <summary>
/// Rows of the table that <c>./bench faults</c> prints, in a short form: real processes, servers and file systems. The other rows have
/// tests of their own (<see cref="FaultTests"/>, <see cref="HealthTests"/>).
/// </summary>
[Trait("Category", "Slow")]
public sealed class FaultSuiteTests(ITestOutputHelper output)
{
    private static readonly IFault[] Short =
    [
        new ClocksAreOff(),
        new ResumesFull(),
        new DatabaseFull(),
        new PickupUnwritable(),
        new OutageInTheLog(TimeSpan.FromSeconds(3)),
        new RollingRestart(TimeSpan.FromSeconds(2), clients: 2),
        new Kills(kills: 3, nodes: 2),
        new Freezes(freezes: 2, nodes: 2),
    ];

    public static TheoryData<string> Names => [.. Short.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task After_a_fault_nothing_is_lost_or_done_twice_and_all_is_soon_as_before(string name)
    {
        var fault = Short.Single(each => each.Name == name);
        using var work = WorkFolder.Create(Path.GetTempPath(), keep: false);
        var outcome = await FaultTable.RunAsync(
            fault,
            AppContext.BaseDirectory,
            Path.Combine(work.Path, name),
            binaries: null,
            TestContext.Current.CancellationToken
        );
        output.WriteLine(FaultTable.Row(fault, outcome));
        Assert.SkipWhen(outcome.NotTried is not null, outcome.NotTried ?? "");
        Assert.True(outcome.IsReached, string.Join("; ", outcome.Wrong));
    }
}
