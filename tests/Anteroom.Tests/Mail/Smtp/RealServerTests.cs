using Anteroom.Mail;

namespace Anteroom.Tests.Mail.Smtp;

[Trait("Category", "Slow")]
public sealed class RealServerTests
{
    private static readonly SmtpServerSettings Guarded = new()
    {
        User = "anna",
        Password = "påss wörd",
        Token = "ya29.token",
    };

    private static MailOptions Options(SmtpServer server) => new() { Host = server.Host, Port = server.Port };

    private static MailOptions Trusting(SmtpServer server, string tls) =>
        new()
        {
            Host = server.Host,
            Port = server.Port,
            UseTls = tls == "starttls",
            UseSsl = tls == "implicit",
            VerifyCertificate = false,
        };

    [Fact]
    public async Task A_message_arrives_as_it_was_written()
    {
        await using var server = await SmtpServer.StartAsync(cancellation: Letters.Cancellation);
        var message = Letters.To("renee@example.org", "Renée \"Zed\" O'Brien, Esq.") with
        {
            ReplyTo = new Mailbox("attorney@example.com", "Zoë <the> Attorney"),
            Subject = "Ihre Anfrage – 你好 " + string.Concat(Enumerable.Repeat("🎉", 40)),
            Text = ".\r\n..two\r\nlast line without end",
            Html = "<p>.\n.</p>\n.\n<b>ok</b>",
            Headers = [new("Auto-Submitted", "auto-generated"), new("Subject", "a second subject")],
        };

        await Letters.SendAsync(Options(server), message);

        var mail = Assert.Single(await server.WaitForMailsAsync(1, Letters.Cancellation));
        Assert.Equal($"<{message.MessageId}>", mail.MessageId);
        Assert.Equal(message.Date, mail.Date);
        Assert.Equal(new ReceivedMailbox("firm@example.com", "Dewey & Howe"), Assert.Single(mail.From));
        Assert.Equal(new ReceivedMailbox("renee@example.org", "Renée \"Zed\" O'Brien, Esq."), Assert.Single(mail.To));
        Assert.Equal(new ReceivedMailbox("attorney@example.com", "Zoë <the> Attorney"), Assert.Single(mail.ReplyTo));
        Assert.Equal(message.Subject, mail.Subject);
        Assert.Equal(".\n..two\nlast line without end", mail.Text);
        Assert.Equal(message.Html, mail.Html);
        Assert.Contains(mail.Headers, header => header.Line == "Auto-Submitted: auto-generated");
        Assert.Single(mail.Headers, header => header.Key == "subject");
        Assert.Equal("firm@example.com", mail.EnvelopeFrom);
        Assert.Equal(["renee@example.org"], mail.EnvelopeTo);
        Assert.False(mail.Tls);
        Assert.Null(mail.User);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_messages_share_one_line_with_and_without_pipelining(bool pipelining)
    {
        var settings = new SmtpServerSettings { Hide = pipelining ? null : ["PIPELINING"] };
        await using var server = await SmtpServer.StartAsync(settings, Letters.Cancellation);

        var sent = Enumerable.Range(0, 20).Select(i => Letters.To($"p{i}@example.org")).ToArray();
        await Letters.SendAsync(Options(server), sent);

        var mails = await server.WaitForMailsAsync(sent.Length, Letters.Cancellation);
        Assert.Equal(sent.Select(message => $"<{message.MessageId}>"), mails.Select(mail => mail.MessageId));
        Assert.Equal(1, (await server.StateAsync(Letters.Cancellation)).Connections);
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("implicit")]
    public async Task A_line_in_TLS_stays_usable_between_messages(string tls)
    {
        await using var server = await SmtpServer.StartAsync(
            new SmtpServerSettings { Tls = tls },
            Letters.Cancellation
        );
        await using var line = await Letters.ConnectAsync(Trusting(server, tls));

        for (var i = 0; i < 3; i++)
        {
            Assert.True(line.IsUsable);
            await line.SendAsync(Letters.To($"p{i}@example.org"), Letters.Cancellation);
        }

        Assert.True(line.IsUsable);
        Assert.Equal(3, (await server.WaitForMailsAsync(3, Letters.Cancellation)).Count);
        Assert.Equal(1, (await server.StateAsync(Letters.Cancellation)).Connections);
    }

    [Theory]
    [InlineData("none", "PLAIN")]
    [InlineData("none", "LOGIN")]
    [InlineData("none", "XOAUTH2")]
    [InlineData("starttls", "PLAIN")]
    [InlineData("starttls", "LOGIN")]
    [InlineData("implicit", "PLAIN")]
    [InlineData("implicit", "XOAUTH2")]
    public async Task Signs_in_by_what_the_server_offers(string tls, string method)
    {
        var settings = Guarded with { Tls = tls, Methods = [method], InsecureAuth = tls == "none" };
        await using var server = await SmtpServer.StartAsync(settings, Letters.Cancellation);
        var options = Trusting(server, tls);
        options.User = settings.User;
        options.Password = method == "XOAUTH2" ? null : settings.Password;
        options.AccessToken = method == "XOAUTH2" ? settings.Token : null;

        await Letters.SendAsync(options, Letters.To("p@example.org"));

        var mail = Assert.Single(await server.WaitForMailsAsync(1, Letters.Cancellation));
        Assert.Equal("anna", mail.User);
        Assert.Equal(tls != "none", mail.Tls);
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("LOGIN")]
    [InlineData("XOAUTH2")]
    public async Task Refused_credentials_are_an_error_and_nothing_is_sent(string method)
    {
        var settings = Guarded with { Methods = [method], InsecureAuth = true };
        await using var server = await SmtpServer.StartAsync(settings, Letters.Cancellation);
        var options = Options(server);
        options.User = "anna";
        options.Password = method == "XOAUTH2" ? null : "wrong-secret";
        options.AccessToken = method == "XOAUTH2" ? "wrong-secret" : null;

        var error = await Assert.ThrowsAsync<MailException>(() => Letters.ConnectAsync(options));

        Assert.True(error.IsConnectionFailure);
        Assert.False(error.IsPermanent);
        Assert.Equal(535, error.ReplyCode);
        Assert.DoesNotContain("wrong-secret", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(await server.MailsAsync(Letters.Cancellation));
    }

    [Fact]
    public async Task A_missing_sign_in_holds_messages_back_instead_of_failing_them()
    {
        await using var server = await SmtpServer.StartAsync(
            Guarded with
            {
                InsecureAuth = true,
            },
            Letters.Cancellation
        );

        await using var line = await Letters.ConnectAsync(Options(server));
        var error = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("p@example.org"), Letters.Cancellation)
        );

        Assert.True(error.IsConnectionFailure);
        Assert.False(error.IsPermanent);
        Assert.Equal(530, error.ReplyCode);
    }

    [Fact]
    public async Task A_server_without_sign_in_gets_nothing_when_a_user_is_set()
    {
        await using var server = await SmtpServer.StartAsync(cancellation: Letters.Cancellation);
        var options = Options(server);
        (options.User, options.Password) = ("anna", "secret");

        var error = await Assert.ThrowsAsync<MailException>(() => Letters.ConnectAsync(options));

        Assert.True(error.IsConnectionFailure);
        Assert.Contains("does not offer", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("implicit")]
    public async Task A_certificate_nobody_vouches_for_is_refused_unless_told_otherwise(string tls)
    {
        await using var server = await SmtpServer.StartAsync(
            new SmtpServerSettings { Tls = tls },
            Letters.Cancellation
        );
        var options = Trusting(server, tls);
        options.VerifyCertificate = true;

        var error = await Assert.ThrowsAsync<MailException>(() => Letters.ConnectAsync(options));

        Assert.True(error.IsConnectionFailure);
        Assert.False(error.IsPermanent);
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_STARTTLS_nothing_is_sent_when_TLS_is_demanded()
    {
        await using var server = await SmtpServer.StartAsync(cancellation: Letters.Cancellation);

        var error = await Assert.ThrowsAsync<MailException>(() => Letters.ConnectAsync(Trusting(server, "starttls")));

        Assert.True(error.IsConnectionFailure);
        Assert.Contains("STARTTLS", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refused_recipient_is_for_good_and_the_line_goes_on(bool pipelining)
    {
        var settings = new SmtpServerSettings
        {
            Hide = pipelining ? null : ["PIPELINING"],
            Refuse = [SmtpRefusal.Recipient("^gone@"), SmtpRefusal.RecipientForNow("^busy@", times: 1)],
        };
        await using var server = await SmtpServer.StartAsync(settings, Letters.Cancellation);
        await using var line = await Letters.ConnectAsync(Options(server));

        var gone = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("gone@example.org"), Letters.Cancellation)
        );
        Assert.True(gone.IsPermanent);
        Assert.False(gone.IsConnectionFailure);
        Assert.Equal((550, "5.1.1"), (gone.ReplyCode, gone.EnhancedCode));
        Assert.True(line.IsUsable);

        var busy = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("busy@example.org"), Letters.Cancellation)
        );
        Assert.False(busy.IsPermanent);
        Assert.Equal((451, "4.3.0"), (busy.ReplyCode, busy.EnhancedCode));

        await line.SendAsync(Letters.To("busy@example.org"), Letters.Cancellation);
        var mail = Assert.Single(await server.WaitForMailsAsync(1, Letters.Cancellation));
        Assert.Equal(["busy@example.org"], mail.EnvelopeTo);
        Assert.Equal(1, (await server.StateAsync(Letters.Cancellation)).Connections);
    }

    [Fact]
    public async Task A_message_refused_after_its_content_is_for_good_and_the_line_goes_on()
    {
        var settings = new SmtpServerSettings { Refuse = [new("data", "^spam@", 554, "5.7.1 not wanted")] };
        await using var server = await SmtpServer.StartAsync(settings, Letters.Cancellation);
        await using var line = await Letters.ConnectAsync(Options(server));

        var error = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("spam@example.org"), Letters.Cancellation)
        );
        await line.SendAsync(Letters.To("good@example.org"), Letters.Cancellation);

        Assert.True(error.IsPermanent);
        Assert.Equal("5.7.1", error.EnhancedCode);
        Assert.Single(await server.WaitForMailsAsync(1, Letters.Cancellation));
    }

    [Fact]
    public async Task A_message_larger_than_the_server_takes_is_refused_before_it_is_sent()
    {
        await using var server = await SmtpServer.StartAsync(
            new SmtpServerSettings { Size = 2000 },
            Letters.Cancellation
        );
        await using var line = await Letters.ConnectAsync(Options(server));
        var large = Letters.To("p@example.org") with { Text = new string('x', 3000) };

        var error = await Assert.ThrowsAsync<MailException>(() => line.SendAsync(large, Letters.Cancellation));
        await line.SendAsync(Letters.To("p@example.org"), Letters.Cancellation);

        Assert.True(error.IsPermanent);
        Assert.Contains("2000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_beyond_ASCII_travels_with_SMTPUTF8_and_its_domain_as_punycode()
    {
        await using var server = await SmtpServer.StartAsync(cancellation: Letters.Cancellation);

        await Letters.SendAsync(
            Options(server),
            Letters.To("дмитрий@пример.рф", "Дмитрий"),
            Letters.To("plain@bücher.example")
        );

        var mails = await server.WaitForMailsAsync(2, Letters.Cancellation);
        Assert.True(mails[0].SmtpUtf8);
        Assert.Contains(
            "To: =?utf-8?b?0JTQvNC40YLRgNC40Lk=?= <дмитрий@xn--e1afmkfd.xn--p1ai>",
            System.Text.Encoding.UTF8.GetString(mails[0].Raw),
            StringComparison.Ordinal
        );
        Assert.False(mails[1].SmtpUtf8);
        Assert.Contains(
            "To: plain@xn--bcher-kva.example\r\n",
            System.Text.Encoding.UTF8.GetString(mails[1].Raw),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_SMTPUTF8_such_a_recipient_fails_for_good_but_such_a_reply_address_is_left_out()
    {
        await using var server = await SmtpServer.StartAsync(
            new SmtpServerSettings { Hide = ["SMTPUTF8"] },
            Letters.Cancellation
        );
        await using var line = await Letters.ConnectAsync(Options(server));

        var error = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("дмитрий@пример.рф"), Letters.Cancellation)
        );
        await line.SendAsync(
            Letters.To("firm@example.org") with
            {
                ReplyTo = new Mailbox("дмитрий@пример.рф"),
            },
            Letters.Cancellation
        );

        Assert.True(error.IsPermanent);
        Assert.Contains("SMTPUTF8", error.Message, StringComparison.Ordinal);
        Assert.Empty(Assert.Single(await server.WaitForMailsAsync(1, Letters.Cancellation)).ReplyTo);
    }

    [Fact]
    public async Task A_server_that_went_down_spoils_the_line_and_a_new_one_works_when_it_is_back()
    {
        await using var server = await SmtpServer.StartAsync(cancellation: Letters.Cancellation);
        await using var line = await Letters.ConnectAsync(Options(server));
        await line.SendAsync(Letters.To("p@example.org"), Letters.Cancellation);
        await server.GoDownAsync(Letters.Cancellation);

        var lost = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("p@example.org"), Letters.Cancellation)
        );
        var refused = await Assert.ThrowsAsync<MailException>(() => Letters.ConnectAsync(Options(server)));
        await server.ComeUpAsync(Letters.Cancellation);
        await Letters.SendAsync(Options(server), Letters.To("p@example.org"));

        Assert.False(line.IsUsable);
        Assert.All([lost, refused], error => Assert.True(error is { IsConnectionFailure: true, IsPermanent: false }));
        Assert.Equal(2, (await server.WaitForMailsAsync(2, Letters.Cancellation)).Count);
    }
}
