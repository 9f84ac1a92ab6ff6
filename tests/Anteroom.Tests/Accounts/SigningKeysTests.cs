using Anteroom.Accounts;
using Anteroom.Host;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Anteroom.Tests.Accounts;

/// <summary>The keys that sign JWTs: shared by all nodes, made once, rotated without signing anybody out.</summary>
[Trait("Category", "Slow")]
public sealed class SigningKeysTests(TestDatabases databases)
{
    private const string Secret = "your-very-secure-secret-key-here";

    [Fact]
    public async Task Nodes_that_need_the_first_key_at_the_same_time_make_one()
    {
        var database = await databases.CreateAsync();
        await using var one = await StartAsync(database);
        await using var two = await StartAsync(database);

        // Both see that there is none, and wait for their turn; then they go at the same moment.
        Task<JwtKey>[] asked;
        await using (var connection = await one.Database.OpenConnectionAsync())
        await using (var turn = await connection.BeginTransactionAsync())
        {
            await using var take = new NpgsqlCommand(SigningKeys.Lock, connection, turn);
            await take.ExecuteNonQueryAsync();
            asked = [CurrentAsync(one), CurrentAsync(two)];
            await one.WaitUntilAsync(
                "select count(*) = 2 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())"
            );
            await turn.CommitAsync();
        }

        var keys = await Task.WhenAll(asked);

        Assert.Single(keys.Select(key => key.Id).Distinct());
        Assert.Single(keys.Select(key => Convert.ToHexString(key.Secret)).Distinct());
        Assert.Equal(1, await one.CountAsync("signing_keys"));
    }

    [Fact]
    public async Task The_table_does_not_tell_the_secret()
    {
        await using var app = await StartAsync(await databases.CreateAsync());
        var key = await CurrentAsync(app);

        var kept = await app.ValueAsync<string>("select secret from signing_keys");

        Assert.DoesNotContain(Convert.ToBase64String(key.Secret), kept, StringComparison.Ordinal);
        Assert.Equal(key.Id, await app.ValueAsync<string>("select id from signing_keys"));
    }

    [Fact]
    public async Task After_a_rotation_the_new_key_signs_and_the_old_one_verifies_until_the_last_token_has_expired()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(await databases.CreateAsync(), clock);
        var before = await CurrentAsync(app);

        var rotated = Assert.IsType<RotateKeysResult.Rotated>(await RotateAsync(app));
        // Known to this node when it looks again, or at once when a token names it.
        Assert.Equal(before.Id, (await CurrentAsync(app)).Id);
        clock.Advance(SigningKeys.UnknownKeyPause);
        Assert.NotNull(await FindAsync(app, rotated.Id));
        Assert.Equal(rotated.Id, (await CurrentAsync(app)).Id);

        clock.Advance(TimeSpan.FromMinutes(16));
        Assert.NotNull(await FindAsync(app, before.Id));
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await FindAsync(app, before.Id));
        Assert.NotNull(await FindAsync(app, rotated.Id));

        Assert.IsType<RotateKeysResult.Rotated>(await RotateAsync(app));
        Assert.Equal(2, await app.CountAsync("signing_keys"));
    }

    [Fact]
    public async Task A_node_takes_a_new_key_within_a_minute()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await StartAsync(await databases.CreateAsync(), clock);
        await CurrentAsync(app);

        var rotated = Assert.IsType<RotateKeysResult.Rotated>(await RotateAsync(app));
        clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(rotated.Id, (await CurrentAsync(app)).Id);
    }

    [Fact]
    public async Task Tokens_that_name_invented_keys_do_not_cost_a_statement_each()
    {
        await using var proxy = new DatabaseProxy(await databases.CreateAsync());
        await using var app = await StartAsync(proxy.ConnectionString);
        await CurrentAsync(app);
        var before = proxy.Statements;

        for (var i = 0; i < 100; i++)
            Assert.Null(await FindAsync(app, $"invented-{i}"));

        Assert.InRange(proxy.Statements - before, 0, 10);
    }

    [Fact]
    public async Task A_key_that_cannot_be_read_any_more_gives_way_to_a_new_one()
    {
        var database = await databases.CreateAsync();
        string lost;
        await using (var app = await StartAsync(database))
        {
            lost = (await CurrentAsync(app)).Id;
            await app.ExecuteAsync("update signing_keys set secret = 'nonsense'");
        }

        await using var next = await StartAsync(database);
        var key = await CurrentAsync(next);

        Assert.NotEqual(lost, key.Id);
        Assert.Null(await FindAsync(next, lost));
    }

    [Fact]
    public async Task Nodes_with_the_same_SECRET_KEY_have_the_same_key_and_no_row()
    {
        await using var one = await StartAsync(await databases.CreateAsync(), secretKey: Secret);
        await using var two = await StartAsync(await databases.CreateAsync(), secretKey: $" {Secret}\n");

        Assert.Equal((await CurrentAsync(one)).Secret, (await CurrentAsync(two)).Secret);
        Assert.Equal(JwtKey.From(Secret).Id, (await CurrentAsync(one)).Id);
        Assert.Equal(0, await one.CountAsync("signing_keys"));
        Assert.IsType<RotateKeysResult.KeysAreDerived>(await RotateAsync(one));
    }

    [Fact]
    public async Task A_SECRET_KEY_used_before_verifies_and_does_not_sign()
    {
        await using var app = await StartAsync(
            await databases.CreateAsync(),
            secretKey: Secret,
            fallbacks: "the-one-of-last-year, the-one-of-the-year-before"
        );

        Assert.Equal(JwtKey.From(Secret).Id, (await CurrentAsync(app)).Id);
        Assert.NotNull(await FindAsync(app, JwtKey.From("the-one-of-last-year").Id));
        Assert.NotNull(await FindAsync(app, JwtKey.From("the-one-of-the-year-before").Id));
        Assert.Null(await FindAsync(app, JwtKey.From("somebody-elses-secret").Id));
    }

    [Theory]
    [InlineData("Accounts:SecretKey", "too-short", "SECRET_KEY")]
    [InlineData("Accounts:SecretKey", "      ", "SECRET_KEY")]
    [InlineData("Accounts:SecretKeyFallbacks", "the-one-of-last-year", "SECRET_KEY_FALLBACKS")]
    [InlineData("Accounts:AccessTokenLifetime", "00:00:00", "Accounts:AccessTokenLifetime")]
    [InlineData("Accounts:AccessTokenLifetime", "1.00:00:01", "Accounts:AccessTokenLifetime")]
    [InlineData("Accounts:RefreshTokenLifetime", "00:10:00", "Accounts:RefreshTokenLifetime")]
    public async Task A_setting_that_would_make_tokens_weak_or_useless_stops_the_start(
        string key,
        string value,
        string named
    )
    {
        var problem = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            AnteroomApp.StartAsync(
                databases,
                new Dictionary<string, string?>(StringComparer.Ordinal) { [key] = value },
                role: "web"
            )
        );
        Assert.StartsWith(named, Assert.Single(problem.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Djangos_names_of_the_settings_are_read()
    {
        var keys = EnvironmentSettings.ToConfiguration(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["SECRET_KEY"] = Secret,
                ["SECRET_KEY_FALLBACKS"] = "a,b",
            }
        );

        Assert.Equal(Secret, keys["Accounts:SecretKey"]);
        Assert.Equal("a,b", keys["Accounts:SecretKeyFallbacks"]);
        Assert.Equal("rotate-keys", CommandLine.Parse(["rotate-keys"]).Command);
    }

    private Task<AnteroomApp> StartAsync(
        string database,
        TimeProvider? clock = null,
        string? secretKey = null,
        string? fallbacks = null
    ) =>
        AnteroomApp.StartAsync(
            databases,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Accounts:SecretKey"] = secretKey,
                ["Accounts:SecretKeyFallbacks"] = fallbacks,
            },
            connectionString: database,
            adjust: services => services.AddSingleton(clock ?? TimeProvider.System),
            role: "web"
        );

    private static Task<JwtKey> CurrentAsync(AnteroomApp app) =>
        app.Services.GetRequiredService<SigningKeys>().CurrentAsync(CancellationToken.None).AsTask();

    private static Task<JwtKey?> FindAsync(AnteroomApp app, string id) =>
        app.Services.GetRequiredService<SigningKeys>().FindAsync(id, CancellationToken.None).AsTask();

    private static async Task<RotateKeysResult> RotateAsync(AnteroomApp app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RotateKeys>().RunAsync(CancellationToken.None);
    }
}
