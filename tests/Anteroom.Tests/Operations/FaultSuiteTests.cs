using System.Runtime.Versioning;
using Anteroom.Benchmarks;
using Anteroom.Faults;

namespace Anteroom.Tests.Operations;

/// <summary>
/// Rows of the table that <c>./bench faults</c> prints, in a short form: real processes, servers and file systems. The other rows have
/// tests of their own (<see cref="FaultTests"/>, <see cref="HealthTests"/>; a clock that is off: <see cref="Data.LivenessTests"/>).
/// </summary>
[Trait("Category", "Slow")]
[SupportedOSPlatform("linux")]
public sealed class FaultSuiteTests(ITestOutputHelper output)
{
    private static readonly IFault[] Short = [new ResumesFull(), new DatabaseFull(), new PickupUnwritable()];

    public static TheoryData<string> Names => [.. Short.Select(fault => fault.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public Task What_has_to_be_so_is_so(string name) =>
        IsReachedAsync(Short.Single(fault => fault.Name == name), output);

    internal static async Task IsReachedAsync(IFault fault, ITestOutputHelper output)
    {
        using var work = WorkFolder.Create(Path.GetTempPath(), keep: false);
        var outcome = await FaultTable.RunAsync(
            fault,
            AppContext.BaseDirectory,
            Path.Combine(work.Path, fault.Name),
            binaries: null,
            TestContext.Current.CancellationToken
        );
        output.WriteLine(FaultTable.Row(fault, outcome));
        Assert.SkipWhen(outcome.NotTried is not null, outcome.NotTried ?? "");
        Assert.True(outcome.IsReached, string.Join("; ", outcome.Wrong));
    }
}
