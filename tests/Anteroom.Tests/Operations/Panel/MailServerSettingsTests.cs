using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>An administrator sets the mail server on a page and tries it; mail follows without a restart.</summary>
[Trait("Category", "Slow")]
public sealed class MailServerSettingsTests(TestDatabases databases)
{
    private const string Password = "hunter2 is no good";

    private static readonly SmtpServerSettings SigningIn = new()
    {
        User = "anna",
        Password = Password,
        InsecureAuth = true,
    };

    private static (string, string?)[] Form(SmtpServer server, params (string, string?)[] more) =>
        [
            ("mail_host", server.Host),
            ("mail_port", server.Port.ToString(CultureInfo.InvariantCulture)),
            ("mail_from", "Byron <intake@firm.example>"),
            .. more,
        ];

    [Fact]
    public async Task What_is_set_on_the_page_delivers_mail_at_once_on_every_node()
    {
        await using var server = await SmtpServer.StartAsync(SigningIn);
        await using var one = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "desk@firm.example")]
        );
        await using var other = await AnteroomApp.StartAsync(
            databases,
            connectionString: one.Database.ConnectionString,
            role: "web"
        );
        using var root = await other.SignedInAsync(Role.Administrator, "root");

        await SaveAsync(root, Form(server, ("mail_user", "anna"), ("mail_password", Password)));
        // The node with the workers follows within a second, and what waits for longer than that is woken.
        await Eventually(() =>
            Task.FromResult(
                one.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Anteroom.Mail.MailOptions>>().Value.HasServer
            )
        );
        await new Prospect().IsAcceptedAsync(one);

        var mails = await server.WaitForMailsAsync(2);
        Assert.All(mails, mail => Assert.Equal(("intake@firm.example", "anna"), (mail.From[0].Address, mail.User)));
    }

    [Fact]
    public async Task Mail_waits_while_the_password_is_wrong_and_goes_out_once_it_is_right()
    {
        await using var server = await SmtpServer.StartAsync(SigningIn);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "desk@firm.example")]
        );
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await SaveAsync(root, Form(server, ("mail_user", "anna"), ("mail_password", "wrong")));
        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select bool_and(waits_for_server) and count(*) >= 2 from emails");

        await SaveAsync(root, ("mail_password", Password));

        await server.WaitForMailsAsync(2);
        await app.WaitUntilAsync("select bool_and(state = 'sent') from emails");
    }

    [Fact]
    public async Task The_test_shows_the_conversation_and_says_what_to_do()
    {
        await using var server = await SmtpServer.StartAsync(SigningIn);
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        Assert.Contains("No mail server is set", await TestAsync(root), StringComparison.Ordinal);

        await SaveAsync(root, Form(server, ("mail_user", "anna"), ("mail_password", Password)));
        var works = await TestAsync(root);
        Assert.Contains("It works.", works, StringComparison.Ordinal);
        Assert.Contains("Anteroom: EHLO", works, StringComparison.Ordinal);
        Assert.Contains("Anteroom: AUTH PLAIN •••", works, StringComparison.Ordinal);
        Assert.Contains("Server: 235", works, StringComparison.Ordinal);
        Assert.Contains("Anteroom: RCPT TO:<root@", works, StringComparison.Ordinal);
        Assert.Contains("(the message,", works, StringComparison.Ordinal);
        Assert.Equal("intake@firm.example", Assert.Single(await server.MailsAsync()).From[0].Address);

        await server.RefuseAsync([new("sender", "intake@", 550, "5.7.1 not yours")]);
        Assert.Contains("refuses the sender", await TestAsync(root), StringComparison.Ordinal);
        await server.RefuseAsync([]);

        await SaveAsync(root, ("mail_password", "wrong"));
        Assert.Contains(
            "does not accept the user name or the password",
            await TestAsync(root),
            StringComparison.Ordinal
        );

        await SaveAsync(root, ("mail_encryption", "starttls"));
        Assert.Contains("does not offer STARTTLS", await TestAsync(root), StringComparison.Ordinal);

        await SaveAsync(root, ("mail_encryption", "none"));
        await server.GoDownAsync();
        Assert.Contains("Nothing listens at", await TestAsync(root), StringComparison.Ordinal);

        await SaveAsync(root, ("mail_host", "mail.invalid"), ("mail_user", ""), ("mail_password_remove", "true"));
        Assert.Contains("The name mail.invalid is unknown", await TestAsync(root), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_named_as_what_is_wrong()
    {
        await using var server = await SmtpServer.StartAsync(new() { Tls = "starttls" });
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        await SaveAsync(root, Form(server, ("mail_encryption", "starttls")));

        Assert.Contains(
            "The certificate of 127.0.0.1 was not accepted",
            await TestAsync(root),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_password_can_be_read_nowhere()
    {
        var log = new Lines();
        await using var server = await SmtpServer.StartAsync(SigningIn with { Password = "another" });
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "desk@firm.example"), new("Logging:LogLevel:Default", "Debug")],
            adjust: services => services.AddSingleton<ILoggerProvider>(log)
        );
        using var root = await app.SignedInAsync(Role.Administrator, "root");

        await SaveAsync(root, Form(server, ("mail_user", "anna"), ("mail_password", Password)));
        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync("select bool_and(waits_for_server) from emails");

        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from settings where key = 'Mail:Password'"));
        var seen = new List<string>
        {
            await TestAsync(root),
            await root.GetStringAsync(new Uri("/admin/settings", UriKind.Relative)),
            await root.GetStringAsync(new Uri("/admin/audit", UriKind.Relative)),
            await root.GetStringAsync(new Uri("/admin/data/settings", UriKind.Relative)),
            await app.ValueAsync<string>("select string_agg(settings::text, ' ') from settings"),
            await app.ValueAsync<string>("select string_agg(audit::text, ' ') from audit"),
            await app.ValueAsync<string>("select string_agg(coalesce(last_error, ''), ' ') from emails"),
            string.Join('\n', log.Said),
        };
        // Typed into a form that is refused, it does not come back either.
        using (var refused = await root.SaveAsync("mail", ("mail_port", "x"), ("mail_password", Password)))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            seen.Add(await refused.Content.ReadAsStringAsync());
        }

        Assert.All(
            seen,
            text =>
            {
                Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
                Assert.DoesNotContain(
                    Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0anna\0{Password}")),
                    text,
                    StringComparison.Ordinal
                );
            }
        );
        var kept = await app.ValueAsync<string>("select value from settings where key = 'Mail:Password'");
        Assert.DoesNotContain(kept, seen[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_field_keeps_the_password_but_another_server_does_not_get_it()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await SaveAsync(root, ("mail_host", "localhost"), ("mail_user", "anna"), ("mail_password", Password));
        var kept = await app.ValueAsync<string>("select value from settings where key = 'Mail:Password'");

        await SaveAsync(root, ("mail_port", "2525"));
        Assert.Equal(kept, await app.ValueAsync<string>("select value from settings where key = 'Mail:Password'"));

        using (var answer = await root.SaveAsync("mail", ("mail_host", "127.0.0.1")))
            Assert.Contains(
                "Enter it again, or remove it",
                (await answer.PageAsync()).Body!.Words(),
                StringComparison.Ordinal
            );

        await SaveAsync(root, ("mail_host", ""), ("mail_user", ""), ("mail_password_remove", "true"));
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from settings where key = 'Mail:Password'"));
    }

    [Fact]
    public async Task A_password_whose_keys_are_gone_makes_mail_wait_and_the_page_says_so()
    {
        await using var server = await SmtpServer.StartAsync(SigningIn);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Firm:NotifyAddresses", "desk@firm.example")]
        );
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        await SaveAsync(root, Form(server, ("mail_user", "anna"), ("mail_password", Password)));
        await app.ExecuteAsync("update settings set value = 'CfDJ8' || md5(value) where key = 'Mail:Password'");
        await app.Services.GetRequiredService<Anteroom.Firm.KeepSettings>().RefreshAsync(CancellationToken.None);

        await new Prospect().IsAcceptedAsync(app);
        await app.WaitUntilAsync(
            "select bool_and(waits_for_server and last_error like '%cannot be read anymore%') from emails"
        );
        var page = (await root.OpenAsync("/admin/settings")).Body!.Words();
        Assert.Contains("What is saved for “Password” cannot be used.", page, StringComparison.Ordinal);
        Assert.Contains("Mail waits in the outbox meanwhile.", page, StringComparison.Ordinal);

        await SaveAsync(root, ("mail_password", Password));
        await server.WaitForMailsAsync(2);
    }

    [Fact]
    public async Task The_environment_wins_whichever_of_its_names_it_uses()
    {
        await using var before = await AnteroomApp.StartAsync(databases, [new("Mail:Sweep", "00:00:02")], role: "web");
        using (var root = await before.SignedInAsync(Role.Administrator, "root"))
            await SaveAsync(root, ("mail_host", "elsewhere.example"), ("mail_encryption", "tls"), ("mail_port", "99"));

        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Mail:Host", "localhost"), new("Mail:UseTls", "true")],
            connectionString: before.Database.ConnectionString,
            role: "web"
        );
        using var again = app.NewClient();
        using (await again.SignInAsync("root", AnteroomApp.Password)) { }
        var page = (await again.OpenAsync("/admin/settings")).QuerySelector("#mail")!.Words();
        Assert.Contains("Set by Mail__Host in the environment", page, StringComparison.Ordinal);
        Assert.Contains("STARTTLS, usually on port 587 Set by Mail__UseTls", page, StringComparison.Ordinal);
        var mail = app
            .Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Anteroom.Mail.MailOptions>>()
            .Value;
        Assert.Equal(
            ("localhost", 99, Anteroom.Mail.MailEncryption.StartTls),
            (mail.Host, mail.ServerPort, mail.Security)
        );
    }

    private static async Task SaveAsync(HttpClient root, params (string, string?)[] values)
    {
        using var answer = await root.SaveAsync("mail", values);
        Assert.True(
            answer.StatusCode == HttpStatusCode.SeeOther,
            answer.StatusCode == HttpStatusCode.SeeOther
                ? ""
                : (await answer.PageAsync()).QuerySelector("#mail")!.Words()
        );
    }

    private static async Task<string> TestAsync(HttpClient root)
    {
        var page = await root.OpenAsync("/admin/settings");
        using var answer = await root.SendFormAsync(page.Form("/admin/settings/mail/test"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.PageAsync()).QuerySelector("#mail")!.Words();
    }

    private static async Task Eventually(Func<Task<bool>> isSo)
    {
        var patience = DateTime.UtcNow.AddSeconds(30);
        while (!await isSo() && DateTime.UtcNow < patience)
            await Task.Delay(20);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Said.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
