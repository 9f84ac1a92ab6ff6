using Anteroom.Mail;

namespace Anteroom.Tests.Mail.Smtp;

public sealed class ScriptedServerTests
{
    private static readonly TimeSpan Tiny = TimeSpan.FromMilliseconds(50);

    private static async Task<MailException> ConnectFailsAsync(MailOptions options)
    {
        var error = await Assert.ThrowsAsync<MailException>(() => Letters.ConnectAsync(options));
        Assert.True(error.IsConnectionFailure);
        Assert.False(error.IsPermanent);
        return error;
    }

    private static async Task<(MailException Error, bool Usable)> SendFailsAsync(ScriptedServer server)
    {
        await using var line = await Letters.ConnectAsync(server.Options);
        var error = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("p@example.org"), Letters.Cancellation)
        );
        return (error, line.IsUsable);
    }

    [Theory]
    [InlineData("554 5.3.2 not today\r\n", 554)]
    [InlineData("421 4.3.2 later\r\n", 421)]
    public async Task A_greeting_that_refuses_says_nothing_about_a_message(string greeting, int code)
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync(greeting);
            await talk.HearToTheEndAsync();
        });

        Assert.Equal(code, (await ConnectFailsAsync(server.Options)).ReplyCode);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("220-one\r\n250 another code\r\n")]
    [InlineData("999 no such class\r\n")]
    [InlineData("22\r\n")]
    [InlineData("\0\0\0\0\n")]
    [InlineData("")]
    public async Task A_server_that_does_not_speak_SMTP_is_given_up(string nonsense)
    {
        await using var server = new ScriptedServer(talk => talk.SayAsync(nonsense));

        await ConnectFailsAsync(server.Options);
    }

    [Theory]
    [InlineData("220-and so on\r\n")]
    [InlineData("220 a line without end ")]
    public async Task An_answer_without_end_is_given_up(string piece)
    {
        await using var server = new ScriptedServer(async talk =>
        {
            for (; ; )
                await talk.SayAsync(string.Concat(Enumerable.Repeat(piece, 50)));
        });

        Assert.Contains("did not end", (await ConnectFailsAsync(server.Options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dripping_bytes_do_not_prolong_the_wait()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 ");
            for (; ; )
            {
                await talk.SayAsync("2");
                await Task.Delay(TimeSpan.FromMilliseconds(5), Letters.Cancellation);
            }
        });
        var options = server.Options;
        options.CommandTimeout = Tiny;

        Assert.Contains("did not answer within", (await ConnectFailsAsync(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_knows_only_HELO_gets_the_message_too()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.SayAsync("220 old\r\n");
            string[] replies = ["500 what?", "250 hello", "250 ok", "251 will forward", "354 go"];
            foreach (var reply in replies)
            {
                await talk.HearAsync();
                await talk.SayAsync(reply + "\r\n");
            }

            await talk.HearContentAsync();
            await talk.SayAsync("250\r\n");
            await talk.HearToTheEndAsync();
        });

        await Letters.SendAsync(server.Options, Letters.To("p@example.org"));

        Assert.Equal(
            ["EHLO client.test", "HELO client.test", "MAIL FROM:<firm@example.com>", "RCPT TO:<p@example.org>", "DATA"],
            server.Heard.Take(5)
        );
        Assert.Contains("QUIT", server.Heard);
    }

    [Fact]
    public async Task Answers_in_single_bytes_and_many_lines_are_understood()
    {
        static async Task SlowlyAsync(ScriptedServer.Talk talk, string text)
        {
            foreach (var c in text)
                await talk.SayAsync(c.ToString());
        }

        await using var server = new ScriptedServer(async talk =>
        {
            await SlowlyAsync(talk, "220-welcome\r\n220-to\r\n220 here\r\n");
            await talk.HearAsync();
            await SlowlyAsync(
                talk,
                "250-scripted.test\r\n250-pipelining\r\n250-X-ODD something\r\n250 SIZE 100000\r\n"
            );
            for (var i = 0; i < 2; i++)
                await talk.HearAsync();
            await SlowlyAsync(talk, "250-2.1.0 good\r\n250 2.1.0 sender\r\n250 2.1.5 ok\r\n");
            await talk.HearAsync();
            await SlowlyAsync(talk, "354 go\r\n");
            await talk.HearContentAsync();
            await SlowlyAsync(talk, "250 2.0.0 taken\r\n");
            await talk.HearToTheEndAsync();
        });

        await Letters.SendAsync(server.Options, Letters.To("p@example.org"));

        Assert.StartsWith("MAIL FROM:<firm@example.com> SIZE=", server.Heard[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("250 ok\r\n")]
    [InlineData("EHLO injected\r\n")]
    public async Task What_comes_in_the_open_after_STARTTLS_is_refused(string injected)
    {
        await using var server = ScriptedServer.Answering("STARTTLS", "220 go ahead\r\n" + injected);
        var options = server.Options;
        options.UseTls = true;
        options.VerifyCertificate = false;

        var error = await ConnectFailsAsync(options);

        Assert.Contains("before the encryption began", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Heard, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_TLS_handshake_that_never_comes_ends_in_time()
    {
        await using var server = ScriptedServer.Answering("STARTTLS", "220 go ahead\r\n");
        var options = server.Options;
        options.UseTls = true;
        options.ConnectTimeout = TimeSpan.FromMilliseconds(300);

        Assert.Contains("TLS handshake", (await ConnectFailsAsync(options)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("454 4.7.0 no TLS now\r\n")]
    [InlineData("502 never\r\n")]
    public async Task A_refused_STARTTLS_is_never_answered_with_plain_text(string reply)
    {
        await using var server = ScriptedServer.Answering("STARTTLS AUTH_PLAIN", reply);
        var options = server.Options;
        (options.UseTls, options.User, options.Password) = (true, "anna", "secret");

        await ConnectFailsAsync(options);

        Assert.DoesNotContain(server.Heard, line => line.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_old_spelling_of_AUTH_is_understood_and_its_temporary_refusal_too()
    {
        await using var server = ScriptedServer.Answering(
            "AUTH=LOGIN",
            "334 VXNlcm5hbWU6\r\n",
            "334 UGFzc3dvcmQ6\r\n",
            "454 4.7.0 try later\r\n"
        );
        var options = server.Options;
        (options.User, options.Password) = ("anna", "secret");

        Assert.Equal("4.7.0", (await ConnectFailsAsync(options)).EnhancedCode);
        Assert.Equal(["AUTH LOGIN", "YW5uYQ==", "c2VjcmV0"], server.Heard.Skip(1).Take(3));
    }

    [Theory]
    // Who we send as, or whether we have signed in, is a setting to repair: nothing about this message is final.
    [InlineData("530 5.7.0 sign in first", false, true)]
    [InlineData("550 5.7.1 sender refused", false, false)]
    [InlineData("451 4.3.0 later", false, false)]
    [InlineData("552 5.3.4 too large", true, false)]
    public async Task A_refusal_at_MAIL_tells_settings_from_messages(string reply, bool permanent, bool connection)
    {
        await using var server = ScriptedServer.Answering("PIPELINING", reply + "\r\n", "503 no\r\n", "250 reset\r\n");

        var (error, usable) = await SendFailsAsync(server);

        Assert.Equal((permanent, connection), (error.IsPermanent, error.IsConnectionFailure));
        Assert.True(usable);
        Assert.Contains("RSET", server.Heard);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    public async Task After_421_the_line_is_of_no_use(int step, bool connection)
    {
        string[] replies = ["250 ok\r\n", "250 ok\r\n", "354 go\r\n"];
        replies[step] = "421 4.3.2 closing\r\n";
        await using var server = ScriptedServer.Answering("", replies[..(step + 1)]);

        var (error, usable) = await SendFailsAsync(server);

        Assert.Equal((421, false, connection), (error.ReplyCode, error.IsPermanent, error.IsConnectionFailure));
        Assert.False(usable);
    }

    [Fact]
    public async Task A_server_that_refuses_and_hangs_up_has_refused()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.GreetAsync("PIPELINING");
            for (var i = 0; i < 2; i++)
                await talk.HearAsync();
            await talk.SayAsync("250 ok\r\n550 5.1.1 no such user\r\n");
        });

        var (error, usable) = await SendFailsAsync(server);

        Assert.Equal((550, true, "5.1.1"), (error.ReplyCode, error.IsPermanent, error.EnhancedCode));
        Assert.False(usable);
    }

    [Fact]
    public async Task A_server_that_would_take_content_for_nobody_gets_none()
    {
        await using var server = ScriptedServer.Answering(
            "PIPELINING",
            "250 ok\r\n",
            "550 5.1.1 no\r\n",
            "250 reset\r\n"
        );

        var (error, usable) = await SendFailsAsync(server);

        Assert.True(error.IsPermanent);
        Assert.True(usable);
        Assert.Equal(["MAIL FROM:<firm@example.com>", "RCPT TO:<p@example.org>", "RSET", "QUIT"], server.Heard.Skip(1));
    }

    [Fact]
    public async Task A_server_that_says_more_than_it_was_asked_gets_no_further_message()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.GreetAsync("");
            foreach (var reply in new[] { "250 ok", "250 ok", "354 go" })
            {
                await talk.HearAsync();
                await talk.SayAsync(reply + "\r\n");
            }

            await talk.HearContentAsync();
            await talk.SayAsync("250 taken\r\n250 and more\r\n");
            await talk.HearToTheEndAsync();
        });
        await using var line = await Letters.ConnectAsync(server.Options);
        Assert.True(line.IsUsable);

        await line.SendAsync(Letters.To("p@example.org"), Letters.Cancellation);

        Assert.False(line.IsUsable);
    }

    [Fact]
    public async Task A_line_that_breaks_after_the_content_leaves_the_message_in_doubt_and_to_be_tried_again()
    {
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.GreetAsync("");
            foreach (var reply in new[] { "250 ok", "250 ok", "354 go" })
            {
                await talk.HearAsync();
                await talk.SayAsync(reply + "\r\n");
            }

            await talk.HearContentAsync();
        });

        var (error, usable) = await SendFailsAsync(server);

        Assert.False(error.IsPermanent);
        Assert.False(error.IsConnectionFailure);
        Assert.False(usable);
        Assert.Contains("may have taken", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Silence_at_any_step_ends_in_time(int answered)
    {
        string[] replies = ["250 ok\r\n", "250 ok\r\n", "354 go\r\n"];
        await using var server = ScriptedServer.Answering("", replies[..answered]);
        var options = server.Options;
        options.CommandTimeout = TimeSpan.FromMilliseconds(400);
        await using var line = await Letters.ConnectAsync(options);

        var error = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("p@example.org"), Letters.Cancellation)
        );

        Assert.Contains("did not answer within", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsPermanent);
        Assert.False(line.IsUsable);
    }

    [Fact]
    public async Task A_cancelled_send_leaves_the_line_unusable_and_the_next_send_refused()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new ScriptedServer(async talk =>
        {
            await talk.GreetAsync("");
            await talk.HearAsync();
            await cancellation.CancelAsync();
            await talk.WaitAsync();
        });
        await using var line = await Letters.ConnectAsync(server.Options);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            line.SendAsync(Letters.To("p@example.org"), cancellation.Token)
        );

        Assert.False(line.IsUsable);
        var error = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To("p@example.org"), Letters.Cancellation)
        );
        Assert.True(error.IsConnectionFailure);
    }

    [Fact]
    public async Task A_cancelled_connect_is_a_cancellation_not_a_failure()
    {
        using var cancellation = new CancellationTokenSource();
        await using var server = new ScriptedServer(async talk =>
        {
            await cancellation.CancelAsync();
            await talk.WaitAsync();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Letters.ConnectAsync(server.Options, cancellation.Token)
        );
    }

    [Fact]
    public async Task Control_characters_of_a_server_reach_nobody()
    {
        await using var server = ScriptedServer.Answering(
            "",
            "250 ok\r\n",
            "550 5.1.1 \u001b[2J\u0007<script>\u0085" + new string('x', 1500) + "\r\n",
            "250 reset\r\n"
        );

        var (error, _) = await SendFailsAsync(server);

        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.InRange(error.Message.Length, 1, 500);
    }

    [Theory]
    [InlineData("p@example.org>\r\nRCPT TO:<evil@example.org")]
    [InlineData("p@example.org\r\nDATA")]
    [InlineData("<p@example.org>")]
    [InlineData("p q@example.org")]
    [InlineData("p@exa mple.org")]
    [InlineData("\"p\\\"> x\"@example.org")]
    [InlineData("example.org")]
    [InlineData("@example.org")]
    [InlineData("p@")]
    [InlineData("p@-example.org")]
    [InlineData("p\0@example.org")]
    [InlineData("p\u202e@example.org")]
    [InlineData("")]
    public async Task An_address_that_is_none_never_reaches_the_server(string address)
    {
        await using var server = ScriptedServer.Answering("SMTPUTF8 8BITMIME");
        await using var line = await Letters.ConnectAsync(server.Options);

        var error = await Assert.ThrowsAsync<MailException>(() =>
            line.SendAsync(Letters.To(address), Letters.Cancellation)
        );

        Assert.True(error.IsPermanent);
        Assert.True(line.IsUsable);
        Assert.Single(server.Heard);
    }

    [Fact]
    public async Task A_password_does_not_travel_in_the_open_to_another_machine()
    {
        await using var server = ScriptedServer.Answering("AUTH_PLAIN");
        var options = server.Options;
        (options.Host, options.User, options.Password) = ("localhost.localdomain.invalid", "anna", "secret");

        Assert.False(new MailOptionsCheck().Validate(null, options).Succeeded);
        options.AllowPlainTextPassword = true;
        Assert.True(new MailOptionsCheck().Validate(null, options).Succeeded);
        options.Host = "127.0.0.1";
        options.AllowPlainTextPassword = false;
        Assert.True(new MailOptionsCheck().Validate(null, options).Succeeded);
    }
}
