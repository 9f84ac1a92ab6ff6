using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Http;

/// <summary>
/// Counts what clients do, in buckets that all nodes share. A check is one statement and one round trip; a client that has
/// been refused is refused again from memory until its bucket can have a token. While the database is away nobody is limited:
/// what would be limited needs the database, too, and says so better.
/// </summary>
public sealed partial class RateLimits(
    NpgsqlDataSource database,
    IOptions<RateLimitOptions> options,
    TimeProvider time,
    RefusalLog refusals,
    ILogger<RateLimits> logger
)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _refusedUntil = new(StringComparer.Ordinal);
    private long _sweptAt;

    /// <summary>Before a public submission is taken from this client.</summary>
    /// <returns>Null: go on. Otherwise the answer.</returns>
    public Task<Throttled?> ForSubmissionAsync(HttpContext context) =>
        DrawAsync($"submit:{ClientAddress.Of(context)}", options.Value.Submissions, context.RequestAborted);

    /// <summary>Before this client may try to sign in or to get a token.</summary>
    /// <returns>Null: go on. Otherwise the answer.</returns>
    public Task<Throttled?> ForSignInAsync(HttpContext context) =>
        DrawAsync($"signin:{ClientAddress.Of(context)}", options.Value.SignIns, context.RequestAborted);

    /// <summary>Before this user signs out. By user: nobody else's tries may keep somebody in.</summary>
    /// <returns>Null: go on. Otherwise the answer.</returns>
    public Task<Throttled?> ForSignOutAsync(HttpContext context) =>
        DrawAsync(
            $"signout:{CurrentUser.From(context.User)?.Id.ToString() ?? ClientAddress.Of(context)}",
            options.Value.SignIns,
            context.RequestAborted
        );

    /// <summary>
    /// Before a password is tried on an account. Says the same for accounts that do not exist, so it tells nothing about them.
    /// </summary>
    /// <param name="account">The user name or address as typed.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Null: go on. Otherwise the answer.</returns>
    public Task<Throttled?> ForAccountAsync(string? account, CancellationToken cancellation)
    {
        var name = AccountName.Fold(account?.Trim());
        if (name.Length == 0)
            return Task.FromResult<Throttled?>(null);
        // Hashed: what is typed here can be long, and is sometimes a password.
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));
        return DrawAsync($"account:{key}", options.Value.SignInsPerAccount, cancellation);
    }

    /// <summary>
    /// Before a password is compared: few wrong ones in a row from one place on one account, so that nobody shuts out somebody elsewhere.
    /// Holds when nothing else is limited.
    /// </summary>
    /// <param name="account">The account, or what was typed for one.</param>
    /// <param name="place">The address, or the device that the account is known on.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<bool> MayGuessAsync(string account, string place, CancellationToken cancellation) =>
        await DrawAsync(GuessKey(account, place), options.Value.Guesses, cancellation, always: true) is null;

    /// <summary>The last one was right: it starts anew.</summary>
    public async Task ForgetGuessesAsync(string account, string place, CancellationToken cancellation)
    {
        var key = GuessKey(account, place);
        _refusedUntil.TryRemove(key, out _);
        try
        {
            await using var command = database.CreateCommand("delete from rate_limits where key = $1");
            command.Parameters.Add(Sql.Value(key));
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (Exception error) when (Outage.Is(error))
        {
            NotCounted(logger, error);
        }
    }

    private static string GuessKey(string account, string place) =>
        $"guess:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}\n{place}")).AsSpan(0, 16))}";

    private async Task<Throttled?> DrawAsync(string key, Rate rate, CancellationToken cancellation, bool always = false)
    {
        if (!options.Value.Enabled && !always)
            return null;
        var now = time.GetUtcNow();
        if (_refusedUntil.TryGetValue(key, out var until))
        {
            if (now < until)
                return Refuse(key, until - now);
            _refusedUntil.TryRemove(key, out _);
        }

        try
        {
            if (await TakeAsync(key, rate, now, cancellation) is { } wait)
            {
                if (_refusedUntil.Count >= MostRemembered)
                    _refusedUntil.Clear();
                _refusedUntil[key] = now + wait;
                return Refuse(key, wait);
            }

            await SweepAsync(now, cancellation);
            return null;
        }
        catch (Exception error) when (Outage.Is(error))
        {
            NotCounted(logger, error);
            return null;
        }
    }

    /// <summary>Takes a token; otherwise says how long it takes until there is one.</summary>
    private async Task<TimeSpan?> TakeAsync(string key, Rate rate, DateTimeOffset now, CancellationToken cancellation)
    {
        // The row lock of "on conflict" makes filling up, looking and taking one step for all nodes. No row comes back from it when there
        // was no whole token; then the second half, which sees the state before, says how many there are.
        // Nodes' clocks differ a little: time never runs backwards for a bucket.
        await using var command = database.CreateCommand(
            """
            with taken as (
                insert into rate_limits as bucket (key, tokens, at) values ($1, $2 - 1, $4)
                on conflict (key) do update set
                    tokens = least($2, bucket.tokens + $3 * greatest(0, extract(epoch from $4 - bucket.at))) - 1,
                    at = greatest(bucket.at, $4)
                where least($2, bucket.tokens + $3 * greatest(0, extract(epoch from $4 - bucket.at))) >= 1
                returning key
            )
            select least($2, tokens + $3 * greatest(0, extract(epoch from $4 - at))) from rate_limits
            where key = $1 and not exists (select from taken)
            """
        );
        command.Parameters.Add(Sql.Value(key));
        command.Parameters.Add(Sql.Value((double)rate.Burst));
        command.Parameters.Add(Sql.Value(rate.PerSecond));
        command.Parameters.Add(Sql.Value(now));
        if (await command.ExecuteScalarAsync(cancellation) is not double tokens)
            return null;
        // Another request may have taken the last one since the state that was seen: then a whole one is missing.
        var missing = tokens < 1 ? 1 - tokens : 1;
        return TimeSpan.FromSeconds(missing / rate.PerSecond);
    }

    /// <summary>Now and then removes buckets that are full again anyway; some at a time, so that no request pays much.</summary>
    private async Task SweepAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        var last = Interlocked.Read(ref _sweptAt);
        if (
            now.UtcTicks - last < SweepEvery.Ticks
            || Interlocked.CompareExchange(ref _sweptAt, now.UtcTicks, last) != last
        )
            return;

        foreach (var (key, until) in _refusedUntil)
            if (until <= now)
                _refusedUntil.TryRemove(KeyValuePair.Create(key, until));
        await using var command = database.CreateCommand(
            """
            delete from rate_limits where key in
                (select key from rate_limits where at < $1 order by at limit 5000 for update skip locked)
            """
        );
        command.Parameters.Add(Sql.Value(now - options.Value.LongestRefill));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private Throttled Refuse(string key, TimeSpan wait)
    {
        Refused(logger, key, wait);
        refusals.Count(TurnedAway.Limit);
        return new Throttled(wait);
    }

    [LoggerMessage(LogLevel.Debug, "{Key} was asked to wait {Wait}")]
    private static partial void Refused(ILogger logger, string key, TimeSpan wait);

    [LoggerMessage(LogLevel.Debug, "A request was not counted: the database is not available.")]
    private static partial void NotCounted(ILogger logger, Exception error);
}
