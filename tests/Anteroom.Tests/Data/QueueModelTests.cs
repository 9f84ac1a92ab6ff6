using System.Globalization;
using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Anteroom.Tests.Data;

/// <summary>
/// Nodes that claim, deliver, write down, freeze, wake up, die and come back in an order that chance decides, on one outbox and one clock
/// that only the test moves. The statements are the product's. Whatever the order: every message goes out, and twice only when somebody
/// was killed or frozen between the delivery and the note of it.
/// </summary>
/// <remarks>
/// <c>ANTEROOM_MODEL_SEEDS</c> is how many orders are tried (200; <c>./bench faults</c> tries 10,000), <c>ANTEROOM_MODEL_SEED</c> the only one to try: a
/// failure names it.
/// </remarks>
[Trait("Category", "Slow")]
public sealed class QueueModelTests(TestDatabases databases, ITestOutputHelper output)
{
    private const int Messages = 12;
    private const int Steps = 40;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);

    private static int Number(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;

    [Fact]
    public async Task In_any_order_of_events_every_message_goes_out_and_twice_only_for_who_died_or_froze_in_between()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web", alone: true);
        // Before, nobody takes what is somebody else's.
        await app.WaitUntilAsync("select now() > pg_postmaster_start_time() + interval '6 seconds'");
        var only = Number("ANTEROOM_MODEL_SEED", -1);
        var (delivered, copies) = (0, 0);
        for (var seed = Math.Max(only, 0); seed < (only >= 0 ? only + 1 : Number("ANTEROOM_MODEL_SEEDS", 200)); seed++)
        {
            await using var world = new World(app, seed);
            try
            {
                await world.RunAsync();
            }
            catch (Exception wrong)
            {
                throw new InvalidOperationException(
                    $"Seed {seed} (ANTEROOM_MODEL_SEED={seed} repeats it): {wrong.Message}\n{string.Join('\n', world.Story)}",
                    wrong
                );
            }

            delivered += world.Sent.Count;
            copies += world.Sent.Count - Messages;
        }

        output.WriteLine($"{delivered} deliveries, {copies} of them a second copy that was nobody's to prevent.");
        Assert.True(
            only >= 0 || copies > 0,
            "No order ever killed or froze somebody at the wrong moment: that is no test."
        );
    }

    /// <summary>Moves when the test says so; its timers never fire.</summary>
    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Stopped();

        private sealed class Stopped : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }

    /// <summary>A claim that is being worked on: what waits, and what the other side has and is not written down.</summary>
    private sealed record Batch(Lease Lease, Queue<Message> Waiting, List<Message> Unwritten);

    /// <summary>A node, with the product's own parts and a lock of its own.</summary>
    private sealed class Process : IAsyncDisposable
    {
        private readonly NpgsqlConnection _line;

        private Process(
            Node node,
            NpgsqlConnection line,
            OutboxClaims claims,
            OutboxResults results,
            FreeDeadClaims dead
        ) => (Node, _line, Claims, Results, Dead) = (node, line, claims, results, dead);

        public Node Node { get; }
        public OutboxClaims Claims { get; }
        public OutboxResults Results { get; }
        public FreeDeadClaims Dead { get; }
        public List<Batch> Batches { get; } = [];
        public bool IsFrozen { get; set; }

        public static async Task<Process> StartAsync(AnteroomApp app, Clock clock)
        {
            var node = new Node();
            var line = await app.Database.OpenConnectionAsync();
            await node.LockAsync(line, CancellationToken.None);
            var signal = app.Services.GetRequiredService<WorkSignal>();
            var outbox = new OutboxClaims(app.Database, new Claims(app.Database, node, clock), [], clock);
            return new Process(
                node,
                line,
                outbox,
                new OutboxResults(app.Database, [], signal, clock, NullLogger<OutboxResults>.Instance),
                new FreeDeadClaims(
                    app.Database,
                    [OutboxClaims.Table],
                    node,
                    signal,
                    NullLogger<FreeDeadClaims>.Instance
                )
            );
        }

        /// <summary>However it ends, its lock goes with it.</summary>
        public async ValueTask DisposeAsync()
        {
            foreach (var batch in Batches)
                await batch.Lease.DisposeAsync();
            Results.Dispose();
            await using (var unlock = new NpgsqlCommand("select pg_advisory_unlock_all()", _line))
                await unlock.ExecuteNonQueryAsync();
            await _line.DisposeAsync();
        }
    }

    private sealed class World(AnteroomApp app, int seed) : IAsyncDisposable
    {
        private readonly Random _chance = new(seed);
        private readonly Clock _clock = new();
        private readonly List<Process> _processes = [];
        private readonly HashSet<Guid> _excused = [];
        private readonly IChannel _email = app
            .Services.GetServices<IChannel>()
            .Single(channel => channel.Name == WorkSignal.Emails);

        /// <summary>What the other side has accepted, in order.</summary>
        public List<Guid> Sent { get; } = [];

        public List<string> Story { get; } = [];

        public async Task RunAsync()
        {
            await QueueAsync();
            for (var i = 0; i < 3; i++)
                _processes.Add(await Process.StartAsync(app, _clock));
            for (var i = 0; i < Steps; i++)
                await StepAsync(_processes[_chance.Next(_processes.Count)]);
            await FinishAsync();

            Assert.Equal(Messages, await app.ValueAsync<long>("select count(*) from outbox where state = 'sent'"));
            Assert.Equal(Messages, Sent.Distinct().Count());
            foreach (var twice in Sent.CountBy(id => id).Where(count => count.Value > 1))
                Assert.True(_excused.Contains(twice.Key), $"{twice.Key} went out {twice.Value} times for no reason.");
        }

        private async Task QueueAsync()
        {
            await using var command = app.Database.CreateCommand(
                """
                delete from outbox;
                insert into outbox (id, kind, to_address, subject, text, html, message_id, next_attempt_at, created_at)
                select gen_random_uuid(), 'test', 'p' || i || '@example.com', 'No. ' || i, 'Hello', '<p>Hello</p>',
                    gen_random_uuid() || '@firm.example', '2026-03-02 09:00Z', '2026-03-02 09:00Z'
                from generate_series(1, 12) i
                """
            );
            await command.ExecuteNonQueryAsync();
        }

        private async Task StepAsync(Process process)
        {
            var what = _chance.Next(100);
            if (what < 12)
                await PassAsync(TimeSpan.FromSeconds(_chance.NextDouble() * 8));
            else if (process.IsFrozen && what < 40)
                await WakeUpAsync(process);
            else if (process.IsFrozen)
                return;
            else if (what < 35)
                await ClaimAsync(process);
            else if (what < 65)
                await DeliverAsync(process);
            else if (what < 80)
                await WriteAsync(process);
            else if (what < 84)
                await GiveBackAsync(process);
            else if (what < 88)
                await LookAsync(process);
            else if (what < 94)
                Freeze(process);
            else
                await KillAsync(process);
        }

        /// <summary>Time goes by; who is not frozen renews, as often as the product does.</summary>
        private async Task PassAsync(TimeSpan time)
        {
            Tell($"{time.TotalSeconds:0.0} s go by");
            for (var left = time; left > TimeSpan.Zero; left -= Length / 3)
            {
                _clock.Now += left < Length / 3 ? left : Length / 3;
                foreach (var process in _processes.Where(process => !process.IsFrozen))
                foreach (var batch in process.Batches)
                    await batch.Lease.RenewAsync(CancellationToken.None);
            }
        }

        private async Task ClaimAsync(Process process)
        {
            var claimed = await process.Claims.ClaimAsync(_email, _chance.Next(1, 5), Length, CancellationToken.None);
            Tell($"{process.Node.Id} claims {claimed.Count}");
            if (claimed.Count > 0)
                process.Batches.Add(new(process.Claims.Hold(claimed, Length), new(claimed), []));
        }

        /// <summary>The next message of a batch, unless the lease says no.</summary>
        private async Task DeliverAsync(Process process)
        {
            if (process.Batches.Find(batch => batch.Waiting.Count > 0) is not { } batch)
                return;
            if (_clock.Now >= batch.Lease.Until)
            {
                Tell($"{process.Node.Id} is too late");
                await GiveBackAsync(process); // which changes nothing when somebody else has them by now
                return;
            }

            var message = batch.Waiting.Dequeue();
            Tell($"{process.Node.Id} delivers {message.Id}");
            Sent.Add(message.Id);
            batch.Unwritten.Add(message);
        }

        private async Task WriteAsync(Process process)
        {
            foreach (var batch in process.Batches)
            {
                await Task.WhenAll(
                    batch.Unwritten.Select(message => process.Results.WriteAsync(DeliveryResult.Sent(message)))
                );
                batch.Unwritten.Clear();
            }

            await EndBatchesAsync(process);
        }

        private async Task GiveBackAsync(Process process)
        {
            Tell($"{process.Node.Id} gives back");
            foreach (var batch in process.Batches)
            {
                await Task.WhenAll(
                    batch.Waiting.Select(message => process.Results.WriteAsync(DeliveryResult.GivenBack(message)))
                );
                batch.Waiting.Clear();
            }

            await EndBatchesAsync(process);
        }

        private static async Task EndBatchesAsync(Process process)
        {
            foreach (
                var batch in process.Batches.Where(batch => batch is { Waiting.Count: 0, Unwritten.Count: 0 }).ToList()
            )
            {
                await batch.Lease.DisposeAsync();
                process.Batches.Remove(batch);
            }
        }

        private static async Task LookAsync(Process process)
        {
            for (var looks = 0; looks < 2; looks++)
                await process.Dead.LookAsync(CancellationToken.None);
        }

        private void Freeze(Process process)
        {
            Tell($"{process.Node.Id} freezes");
            process.IsFrozen = true;
            Excuse(process);
        }

        /// <summary>The timers that were due meanwhile ring first.</summary>
        private async Task WakeUpAsync(Process process)
        {
            Tell($"{process.Node.Id} wakes up");
            process.IsFrozen = false;
            foreach (var batch in process.Batches)
                await batch.Lease.RenewAsync(CancellationToken.None);
        }

        private async Task KillAsync(Process process)
        {
            Tell($"{process.Node.Id} dies");
            Excuse(process);
            _processes.Remove(process);
            await process.DisposeAsync();
            _processes.Add(await Process.StartAsync(app, _clock));
        }

        private void Excuse(Process process)
        {
            foreach (var message in process.Batches.SelectMany(batch => batch.Unwritten))
                _excused.Add(message.Id);
        }

        /// <summary>Everybody wakes up and does what there is, until nothing is left.</summary>
        private async Task FinishAsync()
        {
            foreach (var process in _processes.Where(process => process.IsFrozen))
                await WakeUpAsync(process);
            for (
                var rounds = 0;
                await app.ValueAsync<bool>("select exists (select from outbox where state <> 'sent')");
                rounds++
            )
            {
                Assert.True(rounds < 60, "Something never goes out.");
                foreach (var process in _processes)
                {
                    await ClaimAsync(process);
                    while (process.Batches.Exists(batch => batch.Waiting.Count > 0))
                        await DeliverAsync(process);
                    await WriteAsync(process);
                    await LookAsync(process);
                }

                await PassAsync(Length);
            }
        }

        private void Tell(string what) => Story.Add($"{_clock.Now:mm:ss.f} {what}");

        public async ValueTask DisposeAsync()
        {
            foreach (var process in _processes)
                await process.DisposeAsync();
        }
    }
}
