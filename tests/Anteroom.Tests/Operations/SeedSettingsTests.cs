using System.Net;
using Anteroom.Tests.App;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>The settings in the documents of both services, word for word, in files beside a process that is started with nothing else.</summary>
[Trait("Category", "Slow")]
public sealed class SeedSettingsTests(TestDatabases databases)
{
    // A file of the environment says what the block leaves open: here, that the mail goes nowhere.
    private const string QuickStart = """
        # Database
        POSTGRES_DB=lead_management
        POSTGRES_USER=postgres
        POSTGRES_PASSWORD=your_secure_password

        # Email Configuration
        EMAIL_HOST=smtp.gmail.com
        EMAIL_PORT=587
        EMAIL_USE_TLS=True
        EMAIL_HOST_USER=your-email@gmail.com
        EMAIL_HOST_PASSWORD=your-app-password
        DEFAULT_FROM_EMAIL=noreply@yourcompany.com
        ATTORNEY_EMAIL=attorney@yourcompany.com

        # Redis Configuration
        REDIS_HOST=redis
        REDIS_PORT=6379

        # Celery Configuration
        CELERY_BROKER_URL=redis://redis:6379/0
        CELERY_RESULT_BACKEND=redis://redis:6379/0

        # Django
        SECRET_KEY=your-very-secure-secret-key-here
        DEBUG=False
        """;

    private const string Production = """
        SECRET_KEY=your-production-secret-key
        DEBUG=False
        ALLOWED_HOSTS=your-domain.com,www.your-domain.com

        # Database
        POSTGRES_DB=lead_management_prod
        POSTGRES_USER=postgres
        POSTGRES_PASSWORD=secure-production-password
        POSTGRES_HOST=your-db-host
        POSTGRES_PORT=5432

        # Email
        EMAIL_HOST=your-smtp-host
        EMAIL_PORT=587
        EMAIL_HOST_USER=your-email
        EMAIL_HOST_PASSWORD=your-password
        DEFAULT_FROM_EMAIL=noreply@your-domain.com
        ATTORNEY_EMAIL=attorney@your-domain.com

        # Redis
        REDIS_HOST=your-redis-host
        REDIS_PORT=6379
        REDIS_PASSWORD=your-redis-password

        # Celery
        CELERY_BROKER_URL=redis://:your-redis-password@your-redis-host:6379/0
        CELERY_RESULT_BACKEND=redis://:your-redis-password@your-redis-host:6379/0
        """;

    private static readonly Dictionary<string, string> Nothing = new(StringComparer.Ordinal);

    [Fact]
    public async Task The_block_of_the_quick_start_starts_as_it_is_and_a_slip_in_it_is_pointed_out()
    {
        await using var folder = new TemporaryFolder();
        await WriteAsync(folder, ".env", QuickStart + "\nEMAIL_HOSST=smtp.example.com");
        // Without this the two emails would knock at Gmail's door.
        await WriteAsync(folder, ".env.test", "EMAIL_HOST=127.0.0.1\nEMAIL_PORT=1");

        await using var product = await RunningProduct.StartAsync(
            folder.Path,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["ENVIRONMENT"] = "test" }
        );

        Assert.Contains("EMAIL_HOSST", product.Output, StringComparison.Ordinal);
        Assert.Contains("CELERY_BROKER_URL", product.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("your-app-password", product.Output, StringComparison.Ordinal);
        using var health = await product.Client.GetAsync(new Uri("/health/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        using var submitted = await new Prospect().SubmitsAsync(product.Client, "/api/leads/");
        Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
    }

    [Fact]
    public async Task The_block_for_production_names_the_server_that_does_not_exist()
    {
        await using var folder = new TemporaryFolder();
        await WriteAsync(folder, ".env", Production);

        var (exit, output) = await RunningProduct.RunAsync(folder.Path, ["--data", "data", "--port", "0"], Nothing);

        Assert.Equal(1, exit);
        Assert.Contains("your-db-host:5432 cannot be reached", output, StringComparison.Ordinal);
        Assert.Contains("Check POSTGRES_HOST and POSTGRES_PORT", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secure-production-password", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_block_for_production_starts_on_a_server_that_exists_and_files_of_the_environment_win_in_their_order()
    {
        var database = new NpgsqlConnectionStringBuilder(await databases.CreateEmptyAsync());
        await using var proxy = new DatabaseProxy(database.ConnectionString);
        var server = new NpgsqlConnectionStringBuilder(proxy.ConnectionString);
        // The private server knows one user and no passwords; a server of the test run gets a role with signs in both.
        var isServer = Environment.GetEnvironmentVariable("ANTEROOM_TEST_SERVER") is { Length: > 0 };
        var role = isServer ? $"o'dd \"{Guid.NewGuid():N}" : database.Username!;
        const string Password = "p@s:s/w?o#r%d &+=;'\"$x";
        if (isServer)
            await databases.ExecuteAsync(
                $"create role {Quoted(role)} superuser login password '{Password.Replace("'", "''", StringComparison.Ordinal)}'"
            );
        await using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "configs", "overrides"));
        await WriteAsync(folder, ".env", "ENVIRONMENT=production\nFirm__Name=general");
        await WriteAsync(folder, ".env.production", Production);
        // As the other service's document has it: configs/ and configs/overrides/.
        await WriteAsync(
            folder,
            "configs/.env.production",
            "Firm__Name=configs\nDATABASE_URL=postgres://nobody@127.0.0.1:1/none"
        );
        await WriteAsync(
            folder,
            "configs/overrides/.env.production",
            $"""
            Firm__Name=Overrides & Partners
            DATABASE_URL=postgresql+asyncpg://{Uri.EscapeDataString(role)}:{Uri.EscapeDataString(
                Password
            )}@127.0.0.1:{server.Port}/{database.Database}?sslmode=disable
            """
        );

        // The environment wins over all of them.
        var (exit, output) = await RunningProduct.RunAsync(
            folder.Path,
            ["--data", "data", "--port", "0"],
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/none",
            }
        );
        Assert.Equal(1, exit);
        Assert.Contains("127.0.0.1:1 cannot be reached", output, StringComparison.Ordinal);
        Assert.Contains("Check DATABASE_URL, and", output, StringComparison.Ordinal);

        await using (var product = await RunningProduct.StartAsync(folder.Path, Nothing))
        {
            product.Client.DefaultRequestHeaders.Host = "www.your-domain.com";
            var form = await product.Client.GetStringAsync(new Uri("/", UriKind.Relative));
            Assert.Contains("Overrides &amp; Partners", form, StringComparison.Ordinal);
            using var submitted = await new Prospect().SubmitsAsync(product.Client, "/api/leads/");
            Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);
            product.Client.DefaultRequestHeaders.Host = "elsewhere.example";
            using var elsewhere = await product.Client.GetAsync(new Uri("/", UriKind.Relative));
            Assert.Equal(HttpStatusCode.BadRequest, elsewhere.StatusCode);
            Assert.DoesNotContain("p@s:s", product.Output, StringComparison.Ordinal);
        }

        await using (var source = NpgsqlDataSource.Create(database.ConnectionString))
            Assert.Equal(
                "attorney@your-domain.com",
                await source.ValueAsync<string>("select to_address from emails where kind = 'notification'")
            );
        await databases.DropAsync(database.ConnectionString);
        if (isServer)
            await databases.ExecuteAsync($"drop role {Quoted(role)}");
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static Task WriteAsync(TemporaryFolder folder, string name, string text) =>
        File.WriteAllTextAsync(Path.Combine(folder.Path, name), text);
}
