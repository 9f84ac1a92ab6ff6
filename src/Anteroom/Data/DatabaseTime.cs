using System.Diagnostics;
using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// What time it is, by the database: so that all nodes agree about what is due and whose lease has run out, whatever their own clocks say.
/// The database is asked over the line of <see cref="WorkSignal"/>, when it opens and every few seconds; in between the time goes on by
/// this machine's stopwatch, which nobody sets.
/// </summary>
/// <param name="own">This machine's clock, for as long as the database has not been asked.</param>
public sealed class DatabaseTime(TimeProvider own) : TimeProvider
{
    /// <summary>Less than this is how exactly it can be known; time does not jump for it.</summary>
    private const long Exactness = 20 * TimeSpan.TicksPerMillisecond;

    /// <summary>What to add to the stopwatch, in ticks of <see cref="TimeSpan"/>.</summary>
    private long _start = own.GetUtcNow().UtcTicks - Stopwatch.GetElapsedTime(0).Ticks;

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() =>
        new(Interlocked.Read(ref _start) + Stopwatch.GetElapsedTime(0).Ticks, TimeSpan.Zero);

    /// <summary>Asks the database, one round trip.</summary>
    internal async Task AskAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        var asked = Stopwatch.GetElapsedTime(0).Ticks;
        var now = (DateTime)(await command.ExecuteScalarAsync(cancellation))!;
        var answered = Stopwatch.GetElapsedTime(0).Ticks;
        var start = now.Ticks - (asked + answered) / 2;
        if (Math.Abs(start - Interlocked.Read(ref _start)) > Math.Max(Exactness, answered - asked))
            Interlocked.Exchange(ref _start, start);
    }
}
