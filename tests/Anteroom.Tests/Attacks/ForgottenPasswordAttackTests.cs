using System.Net;
using Anteroom.Tests.Accounts;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Attacks;

/// <summary>Somebody asks for links in another's name, or finds an old one.</summary>
[Trait("Category", "Slow")]
public sealed class ForgottenPasswordAttackTests(TestDatabases databases)
{
    private static async Task AskAsync(AnteroomApp app)
    {
        using var client = app.NewClient();
        var page = await client.OpenAsync("/forgot");
        using var answer = await client.SendFormAsync(page.Form("/forgot"), ("username", "maria"));
        Assert.Equal("/forgot/sent", answer.Headers.Location?.ToString());
    }

    private static async Task<HttpStatusCode> OpenAsync(AnteroomApp app, string link)
    {
        using var answer = await app.Client.GetAsync(new Uri(link, UriKind.Relative));
        return answer.StatusCode;
    }

    [Fact]
    public async Task Twenty_requests_at_once_are_one_email()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AskAsync(app)));

        await app.WaitUntilAsync("select count(*) = 1 from emails");
        await Task.Delay(300);
        Assert.Equal(1, await app.CountAsync("emails"));
    }

    [Fact]
    public async Task The_answer_waits_for_nothing_that_only_an_existing_account_costs()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");
        // Whoever writes a link for maria waits for this lock.
        await using var holder = await app.Database.OpenConnectionAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var command = holder.CreateCommand())
        {
            command.CommandText = "select from users for update";
            await command.ExecuteNonQueryAsync();
        }

        await AskAsync(app);
        Assert.Equal(0, await app.CountAsync("emails"));
        await transaction.RollbackAsync();
        await app.WaitUntilAsync("select count(*) = 1 from emails");
    }

    [Fact]
    public async Task Asking_costs_the_same_statements_whether_the_account_is_closed_or_does_not_exist()
    {
        await using var app = await AnteroomApp.StartBehindProxyAsync(
            databases,
            adjust: AnteroomApp.WithoutBackgroundWork
        );
        await app.CreateUserAsync(Role.Attorney, "john");
        await app.ExecuteAsync("update users set active = false where user_name = 'john'");
        using var client = app.NewClient();
        var form = (await client.OpenAsync("/forgot")).Form("/forgot");
        async Task<long> CostAsync(string name)
        {
            for (var i = 0; i < 3; i++)
                using (await client.SendFormAsync(form, ("username", name))) { }
            var before = app.Proxy.Statements;
            using (await client.SendFormAsync(form, ("username", name))) { }
            return app.Proxy.Statements - before;
        }

        var nobody = await CostAsync("nobody");
        Assert.Equal(nobody, await CostAsync("john"));
        var stranger = await CostAsync("nobody@firm.example");
        Assert.Equal(stranger, await CostAsync("john@firm.example"));
    }

    [Fact]
    public async Task Only_the_newest_link_works_and_for_one_hour()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        await app.CreateUserAsync(Role.Attorney, "maria");
        await AskAsync(app);
        var first = await app.LinkAsync("password_reset");
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(app, first));
        clock.AdjustTime(clock.GetUtcNow().AddMinutes(4));
        await AskAsync(app);
        var second = await app.LinkAsync("password_reset");

        Assert.Equal(HttpStatusCode.Gone, await OpenAsync(app, first));
        Assert.Equal(HttpStatusCode.OK, await OpenAsync(app, second));
        clock.AdjustTime(clock.GetUtcNow().AddMinutes(61));
        Assert.Equal(HttpStatusCode.Gone, await OpenAsync(app, second));
    }
}
