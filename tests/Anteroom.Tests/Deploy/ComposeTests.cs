using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;
using Anteroom.Tests.Operations;
using Anteroom.Tests.Resumes;
using Anteroom.Tests.Resumes.Stores;
using Npgsql;

namespace Anteroom.Tests.Deploy;

/// <summary>What <c>deploy/compose.yaml</c> says is so, and its services work together: here without containers.</summary>
public sealed class ComposeTests(TestDatabases databases, S3Server files)
{
    private static readonly string[] Ours = ["app", "worker"];

    [Fact]
    public void It_has_what_the_product_needs_each_of_one_version_and_ours_without_rights()
    {
        var compose = ComposeFile.Read();

        Assert.Equal(["app", "worker", "db", "files", "bucket", "clamav", "mail"], compose.Services);
        foreach (var service in compose.Services.Except(Ours, StringComparer.Ordinal))
            Assert.Matches(@"^[a-z.]+/[a-z/]+:(?!latest)\S+$", $"{compose.Service(service)["image"]}");
        foreach (var service in Ours.Select(compose.Service))
        {
            Assert.Equal("true", $"{service["read_only"]}");
            Assert.Equal(["ALL"], ComposeFile.Words(service["cap_drop"]));
            Assert.Equal(["no-new-privileges:true"], ComposeFile.Words(service["security_opt"]));
            Assert.Equal(["/tmp"], ComposeFile.Words(service["tmpfs"]));
        }

        // Nothing is open to other machines.
        foreach (var service in compose.Services.Select(compose.Service))
            if (service.TryGetValue("ports", out var ports))
                Assert.All(
                    ComposeFile.Words(ports),
                    port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal)
                );
    }

    [Fact]
    public void Every_setting_that_it_names_is_in_the_documents_and_every_variable_of_the_example_in_it()
    {
        var compose = ComposeFile.Read();
        var documented = File.ReadAllText(Path.Combine(NodeScript.RepositoryRoot(), "docs", "configuration.md"));
        var text = File.ReadAllText(Path.Combine(ComposeFile.Folder, "compose.yaml"));

        foreach (
            var name in Ours.SelectMany(service => compose.EnvironmentOf(service).Keys).Distinct(StringComparer.Ordinal)
        )
            Assert.True(
                documented.Contains($"`{name}`", StringComparison.Ordinal)
                    || documented.Contains(
                        $"`{name.Replace("__", ":", StringComparison.Ordinal)}`",
                        StringComparison.Ordinal
                    )
                    // ANTEROOM_ADMIN_USERNAME, _EMAIL …
                    || name.StartsWith("ANTEROOM_ADMIN_", StringComparison.Ordinal),
                $"{name} is no setting"
            );
        foreach (
            var line in File.ReadAllLines(Path.Combine(ComposeFile.Folder, ".env.example"))
                .Select(line => line.TrimStart('#'))
                .Where(line => line.Contains('=', StringComparison.Ordinal))
        )
            Assert.Contains($"${{{line.Split('=')[0]}", text, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_lead_with_a_resume_goes_through_all_of_its_services()
    {
        var compose = ComposeFile.Read();
        await using var mail = await SmtpServer.StartAsync();
        await using var scanner = await ClamServer.StartAsync();
        var bucket = await files.NewBucketAsync();
        var server = new NpgsqlConnectionStringBuilder(await databases.CreateAsync());
        // Where the services are in place of the names that the containers know them by.
        var here = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["POSTGRES_HOST"] = server.Host!,
            ["POSTGRES_PORT"] = $"{server.Port}",
            ["POSTGRES_DB"] = server.Database!,
            ["POSTGRES_USER"] = server.Username!,
            ["POSTGRES_PASSWORD"] = server.Password ?? "",
            ["EMAIL_HOST"] = mail.Host,
            ["EMAIL_PORT"] = $"{mail.Port}",
            ["AWS_STORAGE_BUCKET_NAME"] = bucket["Bucket:Name"]!,
            ["AWS_S3_ENDPOINT_URL"] = bucket["Bucket:Endpoint"]!,
            ["AWS_ACCESS_KEY_ID"] = bucket["Bucket:AccessKey"]!,
            ["AWS_SECRET_ACCESS_KEY"] = bucket["Bucket:SecretKey"]!,
            ["Scanner__Address"] = scanner.Address,
            ["Backup__Folder"] = "backups",
            ["ANTEROOM_ADMIN_USERNAME"] = "olga",
            ["ANTEROOM_ADMIN_EMAIL"] = "olga@firm.example",
            ["ANTEROOM_ADMIN_PASSWORD"] = AnteroomApp.Password,
        };
        // A folder for each, as each container has a volume.
        await using var appFolder = new TemporaryFolder();
        await using var workerFolder = new TemporaryFolder();
        await using var app = await StartAsync("app", appFolder.Path);
        await using var worker = await StartAsync("worker", workerFolder.Path);

        string token;
        using (
            var signedIn = await app.Client.PostAsJsonAsync(
                "/api/auth/login/",
                new { username = "olga", password = AnteroomApp.Password }
            )
        )
            token = (await signedIn.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        using var submitted = await new Prospect().SubmitsAsync(app.Client, "/api/leads/");
        Assert.Equal(HttpStatusCode.Created, submitted.StatusCode);

        // The mail catcher has the confirmation.
        var confirmation = Assert.Single(
            await mail.WaitForMailsAsync(1),
            one => one.EnvelopeTo?.Contains("ada@example.com", StringComparer.Ordinal) is true
        );
        Assert.Contains("Ada", confirmation.Text, StringComparison.Ordinal);
        // The bucket has the resume, and the scanner has seen it.
        Assert.Single(files.Files(bucket["Bucket:Name"]!));
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        await database.WaitUntilAsync("select exists (select from resumes where scan_state = 'clean')");
        // The list has the lead, and its resume comes back as it was.
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/api/leads/");
        ask.Headers.Authorization = new("Token", token);
        using var list = await app.Client.SendAsync(ask);
        var text = await list.Content.ReadAsStringAsync();
        Assert.Contains("ada@example.com", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync(new Uri("/health/", UriKind.Relative))).StatusCode);
        Assert.Equal(
            HttpStatusCode.OK,
            (await worker.Client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode
        );

        async Task<RunningProduct> StartAsync(string service, string folder)
        {
            var environment = compose.EnvironmentOf(service);
            foreach (var (name, value) in here)
                if (environment.ContainsKey(name))
                    environment[name] = value;
            // Nothing may be left that only containers know.
            Assert.DoesNotContain(
                environment.Values,
                value => compose.Services.Contains(value.Split(':')[0], StringComparer.Ordinal)
            );
            var command = ComposeFile.Words(compose.Service(service)["command"]);
            Assert.Equal("--role", command[0]);
            return await RunningProduct.StartAsync(folder, environment, command[1]);
        }
    }
}
