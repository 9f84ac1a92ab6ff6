using System.Net;
using System.Net.Http.Json;
using Anteroom.Accounts;
using Anteroom.Resumes;
using Anteroom.Schedule;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Anteroom.Tests.App;

/// <summary>
/// The whole product, running: its own web server on a free port, its own database, its own data folder. What tests do, they do
/// over HTTP; what they look at, they look at in the answers, the database, the files and the mail. A web node without services of
/// its own is lent from those that other tests have given back (<see cref="IdleApps"/>), as empty as a new one.
/// </summary>
public sealed class AnteroomApp : IAsyncDisposable
{
    /// <summary>The password of every user a test makes.</summary>
    public const string Password = "correct horse battery staple";

    private readonly RunningApp _running;
    private readonly Func<ValueTask> _giveBack;

    private AnteroomApp(RunningApp running, Func<ValueTask> giveBack)
    {
        (_running, _giveBack) = (running, giveBack);
        Client = NewClient();
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Address => _running.Address;

    /// <summary>Somebody who is not signed in. Does not follow redirects.</summary>
    public HttpClient Client { get; }

    /// <summary>What stands before the database; only after <see cref="StartBehindProxyAsync"/>.</summary>
    public DatabaseProxy Proxy => _running.Proxy ?? throw new InvalidOperationException("Start it behind a proxy.");

    /// <summary>The database, for looking at.</summary>
    public NpgsqlDataSource Database => _running.Database;

    /// <summary>The data folder.</summary>
    public string Folder => _running.Folder;

    /// <summary>The app's own services, for what cannot be done from outside.</summary>
    public IServiceProvider Services => _running.Services;

    /// <summary>Starts the product.</summary>
    /// <param name="databases">Where its database is made.</param>
    /// <param name="settings">Configuration keys, as <c>Mail:Host</c>.</param>
    /// <param name="connectionString">Another database than a fresh one.</param>
    /// <param name="adjust">Replaces services, as the clock.</param>
    /// <param name="role"><c>web</c> leaves the mail in the outbox, and leads unassigned unless <c>Outreach:Assign</c> is given.</param>
    /// <param name="schedule">Jobs run by their schedule; few tests are about that.</param>
    /// <param name="alone">The test does to it, or sees of it, what the next one must not meet: changes tables, hears every node.</param>
    public static async Task<AnteroomApp> StartAsync(
        TestDatabases databases,
        IEnumerable<KeyValuePair<string, string?>>? settings = null,
        string? connectionString = null,
        Action<IServiceCollection>? adjust = null,
        string role = "all",
        bool schedule = false,
        bool alone = false
    )
    {
        var wanted = new AppSettings(role, [.. settings ?? []]);
        // Without workers nobody gives leads out, unless the test is about that: leads wait for what it does with them.
        if (role == "web" && wanted.Keys.All(key => key.Key != "Outreach:Assign"))
            wanted = wanted with { Keys = [.. wanted.Keys, new("Outreach:Assign", "false")] };
        if (connectionString is null && adjust is null && role == "web" && !schedule && !alone)
        {
            var lent = await databases.Idle.TakeAsync(wanted) ?? await NewAsync();
            return new AnteroomApp(lent, () => databases.Idle.GiveBackAsync(wanted, lent));
        }

        var own = connectionString is null
            ? await NewAsync()
            : await RunningApp.StartAsync(wanted, connectionString, proxy: null, Adjust);
        return new AnteroomApp(own, own.DisposeAsync);

        async Task<RunningApp> NewAsync() =>
            await RunningApp.StartAsync(wanted, await databases.CreateAsync(), proxy: null, Adjust, databases);

        void Adjust(IServiceCollection services)
        {
            if (!schedule)
                WithoutSchedule(services);
            adjust?.Invoke(services);
        }
    }

    /// <summary>Starts the product as a web node that reaches a fresh database through a <see cref="DatabaseProxy"/>.</summary>
    public static async Task<AnteroomApp> StartBehindProxyAsync(
        TestDatabases databases,
        IEnumerable<KeyValuePair<string, string?>>? settings = null,
        Action<IServiceCollection>? adjust = null
    )
    {
        var database = await databases.CreateAsync();
        var running = await RunningApp.StartAsync(
            new AppSettings("web", [.. settings ?? []]),
            database,
            new DatabaseProxy(database),
            adjust,
            databases
        );
        return new AnteroomApp(running, running.DisposeAsync);
    }

    /// <summary>For <c>adjust</c>: only requests talk to the database, no worker and no listener.</summary>
    public static void WithoutBackgroundWork(IServiceCollection services)
    {
        foreach (var work in services.Where(service => service.ServiceType == typeof(IHostedService)).ToList())
            if (work.ImplementationFactory?.Method.Module.Assembly == typeof(global::Anteroom.App).Assembly)
                services.Remove(work);
    }

    private static void WithoutSchedule(IServiceCollection services)
    {
        foreach (var work in services.Where(service => service.ServiceType == typeof(IHostedService)).ToList())
            if (work.ImplementationFactory?.GetType().GenericTypeArguments[1] == typeof(KeepTime))
                services.Remove(work);
    }

    /// <summary>A client with cookies of its own.</summary>
    public HttpClient NewClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = Address,
            Timeout = TimeSpan.FromMinutes(2),
        };

    /// <summary>Makes a user.</summary>
    public async Task<User> CreateUserAsync(Role role, string userName, string? fullName = null)
    {
        await using var scope = Services.CreateAsyncScope();
        var made = await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(
                new NewUser(userName, $"{userName}@firm.example", fullName ?? userName, Password, role),
                CancellationToken.None
            );
        return Assert.IsType<CreateUserResult.Created>(made).User;
    }

    /// <summary>A new user, signed in through the sign-in page.</summary>
    public async Task<HttpClient> SignedInAsync(
        Role role = Role.Attorney,
        string userName = "maria",
        string? fullName = null
    )
    {
        await CreateUserAsync(role, userName, fullName);
        var client = NewClient();
        using var answer = await client.SignInAsync(userName, Password);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        return client;
    }

    /// <summary>A new user, signed in to the JWT API.</summary>
    public async Task<HttpClient> BearerAsync(Role role, string userName)
    {
        await CreateUserAsync(role, userName);
        var client = NewClient();
        using var form = new FormUrlEncodedContent([new("username", userName), new("password", Password)]);
        using var answer = await client.PostAsync(new Uri("/api/v1/auth/token", UriKind.Relative), form);
        var tokens = await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>();
        client.DefaultRequestHeaders.Authorization = new("Bearer", tokens.GetProperty("access_token").GetString());
        return client;
    }

    /// <summary>One value from the database.</summary>
    public Task<T> ValueAsync<T>(string sql) => Database.ValueAsync<T>(sql);

    /// <summary>A column of texts from the database.</summary>
    public async Task<string[]> TextsAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var texts = new List<string>();
        while (await reader.ReadAsync())
            texts.Add(reader.GetString(0));
        return [.. texts];
    }

    /// <summary>How many rows a table has.</summary>
    public Task<long> CountAsync(string table) => ValueAsync<long>($"select count(*) from {table}");

    /// <summary>Waits until <paramref name="sql"/>, a yes-or-no question, is true; fails after a generous while.</summary>
    public Task WaitUntilAsync(string sql, int minutes = 1) => Database.WaitUntilAsync(sql, minutes);

    /// <summary>The resume files that were kept.</summary>
    public IReadOnlyList<string> KeptFiles() =>
        [.. Files("resumes").Where(file => !file.Contains("/incoming/", StringComparison.Ordinal))];

    /// <summary>The resume files that are only half received.</summary>
    public IReadOnlyList<string> HalfReceivedFiles() => Files(Path.Combine("resumes", "incoming"));

    /// <summary>The messages in the pickup folder.</summary>
    public IReadOnlyList<string> PickedUpMail() =>
        [.. Files("mail").Where(file => file.EndsWith(".eml", StringComparison.Ordinal))];

    private string[] Files(string part)
    {
        var folder = Path.Combine(Folder, part);
        return Directory.Exists(folder)
            ?
            [
                .. Directory
                    .GetFiles(folder, "*", SearchOption.AllDirectories)
                    .Where(file => Path.GetFileName(file) != DiskStore.Marker),
            ]
            : [];
    }

    /// <summary>Asserts that a refused submission has left nothing: no row, no file, no mail.</summary>
    public async Task AssertNothingIsLeftAsync()
    {
        Assert.Equal(0, await CountAsync("leads"));
        Assert.Equal(0, await CountAsync("resumes"));
        Assert.Equal(0, await CountAsync("emails"));
        Assert.Equal(0, await CountAsync("activities"));
        AssertNoFileIsLeft();
    }

    /// <summary>Asserts that a refused submission has left no file and no mail.</summary>
    public void AssertNoFileIsLeft()
    {
        Assert.Empty(KeptFiles());
        Assert.Empty(HalfReceivedFiles());
        Assert.Empty(PickedUpMail());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _giveBack();
    }
}
