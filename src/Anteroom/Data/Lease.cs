using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// A claim while its rows are worked on. It is short, so that those of a node that no longer moves are soon another's, and renewed for as
/// long as this one does. Whoever holds it begins nothing after <see cref="Until"/>, and ends what is under way with <see cref="Lost"/>.
/// </summary>
internal sealed class Lease : IAsyncDisposable
{
    private static readonly TimeSpan LongestMargin = TimeSpan.FromSeconds(10);

    private readonly NpgsqlDataSource _database;
    private readonly ClaimTable _table;
    private readonly Guid _claim;
    private readonly TimeSpan _length;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost;
    private readonly Task _renewing;
    private long _until;

    internal Lease(
        NpgsqlDataSource database,
        ClaimTable table,
        (Guid Claim, DateTimeOffset Until) held,
        TimeSpan length,
        TimeProvider time
    )
    {
        (_database, _table, _length, _time) = (database, table, length, time);
        _claim = held.Claim;
        _until = (held.Until - Margin).UtcTicks;
        var left = Until - time.GetUtcNow();
        _lost = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        _renewing = KeepRenewingAsync(_end.Token);
    }

    /// <summary>Not a moment longer, UTC: a good while before another node may take the rows.</summary>
    public DateTimeOffset Until => new(Interlocked.Read(ref _until), TimeSpan.Zero);

    /// <summary>Ends at <see cref="Until"/>, unless that moves.</summary>
    public CancellationToken Lost => _lost.Token;

    private TimeSpan Margin => _length / 4 < LongestMargin ? _length / 4 : LongestMargin;

    private async Task KeepRenewingAsync(CancellationToken cancellation)
    {
        try
        {
            do await Task.Delay(_length / 3, _time, cancellation);
            while (await RenewAsync(cancellation));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { }
    }

    /// <summary>Renews it once; false when it is not held anymore: all is written down, or another's.</summary>
    /// <remarks>
    /// What was lost stays lost, for some of the rows may have been taken since, though not all. It was not when the renewal is back in time.
    /// </remarks>
    internal async Task<bool> RenewAsync(CancellationToken cancellation)
    {
        var until = Until;
        var now = _time.GetUtcNow();
        if (now >= until)
            return false;
        try
        {
            await using var command = _database.CreateCommand(
                $"update {_table.Name} set leased_until = $1 where state = '{_table.Claimed}' and claim = $2"
            );
            command.Parameters.Add(Sql.Value(now + _length));
            command.Parameters.Add(Sql.Value(_claim));
            if (await command.ExecuteNonQueryAsync(cancellation) == 0)
                return false;
        }
        catch (Exception error) when (Sql.IsPassing(error))
        {
            return true; // to be tried again
        }

        if (_time.GetUtcNow() >= until)
            return false;
        Interlocked.Exchange(ref _until, (now + _length - Margin).UtcTicks);
        var left = Until - _time.GetUtcNow();
        if (left > TimeSpan.Zero)
            _lost.CancelAfter(left);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewing;
        _end.Dispose();
        _lost.Dispose();
    }
}
