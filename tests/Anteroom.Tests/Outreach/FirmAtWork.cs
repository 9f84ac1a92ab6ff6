using System.Net.Http.Json;
using System.Text.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Outreach;

/// <summary>A firm in a test: the product, a mail server, a clock of the test's and people who take leads.</summary>
internal sealed class FirmAtWork : IAsyncDisposable
{
    private FirmAtWork(AnteroomApp app, SmtpServer mail, FakeTimeProvider clock) =>
        (App, Mail, Clock) = (app, mail, clock);

    public AnteroomApp App { get; }

    public SmtpServer Mail { get; }

    public FakeTimeProvider Clock { get; }

    /// <summary>Opens a firm whose attorneys are named; <c>maria</c> has the address <c>maria@firm.example</c>.</summary>
    public static async Task<FirmAtWork> OpenAsync(
        TestDatabases databases,
        string[] attorneys,
        SmtpServerSettings? mail = null,
        params KeyValuePair<string, string?>[] settings
    )
    {
        var server = await SmtpServer.StartAsync(mail);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Mail:Host", server.Host),
                new("Mail:Port", server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                new("Mail:From", "Byron & Partners <intake@firm.example>"),
                new("Firm:Name", "Byron & Partners"),
                new("Firm:NotifyAddresses", "desk@firm.example"),
                .. settings,
            ],
            adjust: services => services.AddSingleton<TimeProvider>(clock)
        );
        foreach (var attorney in attorneys)
            await app.CreateUserAsync(
                Role.Attorney,
                attorney,
                $"{char.ToUpperInvariant(attorney[0])}{attorney[1..]} Byron"
            );
        return new FirmAtWork(app, server, clock);
    }

    /// <summary>Changes something from outside.</summary>
    public async Task DoAsync(string sql)
    {
        await using var command = App.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Time passes, and what is due then is done soon.</summary>
    public void Wait(TimeSpan time) => Clock.Advance(time);

    /// <summary>Who has the lead, by user name; empty for nobody.</summary>
    public Task<string> OwnerAsync(long number) =>
        App.ValueAsync<string>(
            $"select coalesce((select user_name from leads join users on users.id = assigned_to where leads.number = {number}), '')"
        );

    /// <summary>Waits until the lead has this owner.</summary>
    public Task IsAssignedAsync(long number, string owner) =>
        App.WaitUntilAsync(
            $"select exists (select from leads join users on users.id = assigned_to where leads.number = {number} and user_name = '{owner}')"
        );

    /// <summary>Everything in the outbox has gone out, or never will.</summary>
    public Task MailIsOutAsync() =>
        App.WaitUntilAsync("select coalesce(bool_and(state not in ('queued', 'sending')), true) from emails");

    /// <summary>The kinds of mail that an address was sent, by name, separated by commas.</summary>
    public Task<string> SentToAsync(string address) =>
        App.ValueAsync<string>(
            $"select coalesce(string_agg(kind, ',' order by kind), '') from emails where to_address = '{address}' and state = 'sent'"
        );

    /// <summary>Changes a lead through the API.</summary>
    public async Task<JsonElement> PatchAsync(HttpClient by, long number, object change)
    {
        var id = await App.ValueAsync<Guid>($"select id from leads where number = {number}");
        using var answer = await by.PatchAsJsonAsync(new Uri($"/api/v1/leads/{id}", UriKind.Relative), change);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await Mail.DisposeAsync();
    }
}
