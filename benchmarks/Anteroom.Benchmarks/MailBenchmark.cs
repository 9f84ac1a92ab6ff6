using System.Diagnostics;
using System.Globalization;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Npgsql;

namespace Anteroom.Benchmarks;

/// <summary>
/// Emails a second from a row in the outbox to a row that says <c>sent</c>, by the published app with eight connections; beside
/// MailKit alone, with eight connections, the same messages and the same mail server, in turn.
/// </summary>
internal static class MailBenchmark
{
    private const int Emails = 20_000;
    private const int Connections = 8;
    private const double RequiredPerSecond = 1_000;
    private const double RequiredShare = 0.5;

    private const string Queue = """
        insert into emails (id, lead_id, kind, to_address, to_name, reply_to, subject, text, html, message_id, next_attempt_at, created_at)
        select gen_random_uuid(), id, 'notification', 'attorney@example.com', 'Grace Hopper', email, 'New lead ' || number,
            repeat('Somebody has sent an inquiry. ', 20), repeat('<p style="margin:0 0 16px">Somebody has sent an inquiry.</p>', 40),
            gen_random_uuid() || '@example.com', now(), now()
        from leads
        """;

    /// <summary>Runs everything, prints it and writes it to <c>benchmarks/results/mail.md</c>.</summary>
    /// <returns>Whether as much was reached as is required.</returns>
    public static async Task<bool> RunAsync(Options options, CancellationToken cancellation)
    {
        await using var bed = await TestBed.StartAsync(options, cancellation);
        var (postgres, port) = (bed.Postgres, bed.MailPort);
        await bed.CreateDatabaseAsync("anteroom", cancellation, Emails);
        await using var worker = AppProcess.StartWorker(
            bed.App,
            bed.FolderFor("anteroom"),
            postgres,
            "anteroom",
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Mail__Host"] = "127.0.0.1",
                ["Mail__Port"] = port.ToString(CultureInfo.InvariantCulture),
                ["Mail__Connections"] = Connections.ToString(CultureInfo.InvariantCulture),
            }
        );

        // Both are compiled by then, and compiled better: a firm's app has run for days.
        for (var warmUp = 0; warmUp < 2; warmUp++)
            await OutboxAsync(worker, postgres, cancellation);
        await ClientAloneAsync(port, options.Duration, cancellation);
        var rounds = new List<(double Outbox, double Client)>();
        for (var round = 1; round <= options.Rounds; round++)
        {
            var outbox = await OutboxAsync(worker, postgres, cancellation);
            var client = await ClientAloneAsync(port, options.Duration, cancellation);
            rounds.Add((outbox, client));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {round}: {outbox:F0} emails/s from the outbox, {client:F0}/s by MailKit alone"
                )
            );
        }

        double[] outboxes = [.. rounds.Select(round => round.Outbox)];
        double[] clients = [.. rounds.Select(round => round.Client)];
        var (perSecond, alone) = (Table.Median(outboxes), Table.Median(clients));
        var reached = perSecond >= RequiredPerSecond && perSecond / alone >= RequiredShare;
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{bed.Machine}.");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Rounds} rounds (smallest–largest), {Emails:N0} emails of 3 KB a round, {Connections} connections."
        );
        text.AppendLine()
            .AppendLine("| outbox to `sent`, emails/s | MailKit alone, messages/s | share |")
            .AppendLine("|---:|---:|---:|");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"| {Table.Spread(outboxes)} | {Table.Spread(clients)} | {perSecond / alone:P0} |"
        );
        text.AppendLine()
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"Required: {RequiredPerSecond:N0} a second and {RequiredShare:P0} of MailKit alone. {(reached ? "Reached." : "NOT reached.")}"
            );
        await TestBed.PublishAsync("mail.md", text.ToString(), cancellation);
        return reached || !options.Check;
    }

    /// <summary>Queues the emails in one transaction and waits until the last one is sent.</summary>
    private static async Task<double> OutboxAsync(
        AppProcess worker,
        ThrowAwayPostgres postgres,
        CancellationToken cancellation
    )
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString("anteroom"));
        await ExecuteAsync("delete from emails");
        await ExecuteAsync("delete from activities");
        await ExecuteAsync("vacuum analyze");
        await ExecuteAsync("checkpoint");
        await ExecuteAsync(Queue);
        await using var question = database.CreateCommand(
            """
            select count(*) filter (where state <> 'sent'),
                coalesce(extract(epoch from max(sent_at) - min(sent_at)), 0)::double precision from emails
            """
        );
        while (true)
        {
            await using (var reader = await question.ExecuteReaderAsync(cancellation))
            {
                await reader.ReadAsync(cancellation);
                if (reader.GetInt64(0) == 0)
                    return Emails / reader.GetDouble(1);
            }

            worker.MustRun();
            await Task.Delay(500, cancellation);
        }

        async Task ExecuteAsync(string sql)
        {
            await using var command = database.CreateCommand(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task<double> ClientAloneAsync(int port, TimeSpan duration, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var sent = await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(_ => Task.Run(() => SendAsync(port, clock, duration, cancellation)))
        );
        return sent.Sum() / clock.Elapsed.TotalSeconds;
    }

    private static async Task<long> SendAsync(
        int port,
        Stopwatch clock,
        TimeSpan duration,
        CancellationToken cancellation
    )
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None, cancellation);
        var body = new BodyBuilder
        {
            TextBody = string.Concat(Enumerable.Repeat("Somebody has sent an inquiry. ", 20)),
            HtmlBody = string.Concat(
                Enumerable.Repeat("<p style=\"margin:0 0 16px\">Somebody has sent an inquiry.</p>", 40)
            ),
        };
        long sent = 0;
        for (; clock.Elapsed < duration; sent++)
        {
            using var message = new MimeMessage
            {
                MessageId = $"{Guid.NewGuid():D}@example.com",
                Date = DateTimeOffset.UtcNow,
                Subject = "New lead",
                Body = body.ToMessageBody(),
            };
            message.From.Add(new MailboxAddress("Anteroom", "anteroom@localhost"));
            message.To.Add(new MailboxAddress("Grace Hopper", "attorney@example.com"));
            message.ReplyTo.Add(new MailboxAddress(null, "ada@example.com"));
            message.Headers.Add("Auto-Submitted", "auto-generated");
            await client.SendAsync(message, cancellation);
        }

        await client.DisconnectAsync(quit: true, cancellation);
        return sent;
    }
}
