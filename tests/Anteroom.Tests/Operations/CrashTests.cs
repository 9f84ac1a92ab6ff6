using Anteroom.Faults;

namespace Anteroom.Tests.Operations;

/// <summary>Nodes are killed and restarted under load. Here in a short form; <c>./bench faults</c> kills a thousand times.</summary>
[Trait("Category", "Slow")]
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public Task Killed_at_random_moments_under_load_every_lead_is_there_assigned_once_and_everybody_gets_each_mail_once() =>
        FaultSuiteTests.IsReachedAsync(new Kills(kills: 3, nodes: 2), output);

    [Fact]
    public Task A_rolling_restart_behind_nginx_as_the_manual_shows_it_fails_no_request() =>
        FaultSuiteTests.IsReachedAsync(new RollingRestart(TimeSpan.FromSeconds(6), clients: 2), output);
}
