using System.Runtime.Versioning;
using Anteroom.Faults;

namespace Anteroom.Tests.Operations;

/// <summary>Nodes are killed and restarted under load. Here in a short form; <c>./bench faults</c> kills a thousand times.</summary>
[Trait("Category", "Slow")]
[SupportedOSPlatform("linux")]
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public Task Killed_at_random_moments_under_load_every_lead_is_there_assigned_once_and_everybody_gets_each_mail_once() =>
        FaultSuiteTests.IsReachedAsync(new Kills(kills: 3, nodes: 2, pause: TimeSpan.FromSeconds(1)), output);
}
