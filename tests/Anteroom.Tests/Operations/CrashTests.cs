using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Mail;
using Npgsql;

namespace Anteroom.Tests.Operations;

/// <summary>
/// Three processes on one database and one mail server, killed again and again while leads come in. Here in a short form;
/// <c>./bench crash</c> kills fifty times.
/// </summary>
[Trait("Category", "Slow")]
public sealed class CrashTests(TestDatabases databases, ITestOutputHelper output)
{
    private static readonly int Kills = int.Parse(
        Environment.GetEnvironmentVariable("ANTEROOM_CRASH_KILLS") ?? "3",
        CultureInfo.InvariantCulture
    );

    [Fact]
    public async Task Killed_at_random_moments_under_load_every_lead_is_there_assigned_once_and_everybody_gets_each_mail_once()
    {
        await using var folder = new TemporaryFolder();
        await using var mail = await SmtpServer.StartAsync();
        var connection = await databases.CreateAsync();
        await using var database = NpgsqlDataSource.Create(connection);
        var environment = new Dictionary<string, string>(RunningProduct.Unattended, StringComparer.Ordinal)
        {
            ["ConnectionStrings__Anteroom"] = connection,
            ["Mail__Host"] = mail.Host,
            ["Mail__Port"] = mail.Port.ToString(CultureInfo.InvariantCulture),
            ["Mail__Lease"] = "00:00:06",
            ["Mail__Sweep"] = "00:00:01",
            ["Mail__FirstRetry"] = "00:00:01",
            ["Work__Lease"] = "00:00:05",
            ["Firm__NotifyAddresses"] = "desk@firm.example",
            ["Outreach__After"] = "00:00:02",
        };
        var nodes = await Task.WhenAll(
            RunningProduct.StartAsync(folder.Path, environment, "web"),
            RunningProduct.StartAsync(folder.Path, environment),
            RunningProduct.StartAsync(folder.Path, environment, "worker")
        );
        try
        {
            await RunningProduct.AddAttorneysAsync(database, 3);
            using var enough = new CancellationTokenSource();
            var acknowledged = new ConcurrentBag<long>();
            var prospects = Enumerable
                .Range(0, 4)
                .Select(i => KeepSubmittingAsync(i, nodes, acknowledged, enough.Token));
            var load = Task.WhenAll(prospects);
            for (var kill = 0; kill < Kills; kill++)
            {
                await Task.Delay(Random.Shared.Next(300, 1_500), CancellationToken.None);
                var victim = 1 + (kill % 2); // the web node stays, so that there always is load
                await nodes[victim].KillAsync();
                await nodes[victim].DisposeAsync();
                nodes[victim] = await RunningProduct.StartAsync(
                    folder.Path,
                    environment,
                    victim == 1 ? "all" : "worker"
                );
            }

            await Task.Delay(500, CancellationToken.None);
            await enough.CancelAsync();
            await load;

            await SettledAsync(database);
            await CheckAsync(database, acknowledged, await mail.MailsAsync());
        }
        finally
        {
            foreach (var node in nodes)
                await node.DisposeAsync();
        }
    }

    /// <summary>One prospect after the other. Who gets no answer, because the node has just died, has not been acknowledged.</summary>
    private static async Task KeepSubmittingAsync(
        int lane,
        RunningProduct[] nodes,
        ConcurrentBag<long> acknowledged,
        CancellationToken enough
    )
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var node = nodes[i % 2]; // the two that have a door
            try
            {
                using var form = new Prospect { Email = $"p{lane}-{i}@example.com" }.ToForm();
                using var answer = await node.Client.PostAsync(
                    new Uri("/", UriKind.Relative),
                    form,
                    CancellationToken.None
                );
                if (answer.StatusCode == HttpStatusCode.SeeOther)
                    acknowledged.Add(answer.Number());
                else
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            }
            catch (Exception error)
                when (error is HttpRequestException or ObjectDisposedException or OperationCanceledException) { }

            await Task.Delay(200, CancellationToken.None);
        }
    }

    private static async Task SettledAsync(NpgsqlDataSource database)
    {
        var patience = DateTime.UtcNow.AddMinutes(2);
        const string open = """
            select concat_ws(' ',
                (select count(*) from leads where status <> 'reached_out'),
                (select count(*) from emails where state in ('queued', 'sending')),
                (select count(*) from work where state in ('queued', 'working')))
            """;
        for (string left; ; await Task.Delay(200, CancellationToken.None))
        {
            await using var command = database.CreateCommand(open);
            left = (string)(await command.ExecuteScalarAsync())!;
            if (left == "0 0 0")
                return;
            Assert.True(DateTime.UtcNow < patience, $"Leads, emails and work left: {left}");
        }
    }

    private async Task CheckAsync(
        NpgsqlDataSource database,
        ConcurrentBag<long> acknowledged,
        IReadOnlyList<ReceivedMail> received
    )
    {
        var leads = await NumbersAsync(database, "select number from leads");
        Assert.NotEmpty(acknowledged);
        Assert.Subset(leads.ToHashSet(), acknowledged.ToHashSet());
        // Nobody was assigned twice or by two, and nobody was forgotten.
        Assert.Empty(
            await NumbersAsync(
                database,
                """
                select number from leads where assigned_to is null or reached_out_by is distinct from assigned_to
                    or 1 <> (select count(*) from activities where lead_id = leads.id and kind = 'assigned')
                    or 1 <> (select count(*) from activities where lead_id = leads.id and kind = 'status_changed')
                """
            )
        );
        Assert.Empty(
            await NumbersAsync(
                database,
                """
                select number from leads where exists (
                    select from unnest(array['confirmation', 'notification', 'assigned', 'welcome']) kinds (kind)
                    where 1 <> (select count(*) from emails where lead_id = leads.id and emails.kind = kinds.kind and state = 'sent'))
                """
            )
        );
        // Each message has arrived. A second copy can only come from a death between the mail server's yes and our note of it.
        await using var command = database.CreateCommand("select array_agg(message_id) from emails");
        var written = (string[])(await command.ExecuteScalarAsync())!;
        var arrived = received.Select(mail => mail.MessageId!.Trim('<', '>')).ToList();
        Assert.Equal(
            written.Order(StringComparer.Ordinal),
            arrived.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
        );
        var copies = arrived.Count - written.Length;
        Assert.InRange(copies, 0, Kills * 20);
        output.WriteLine(
            $"{Kills} kills, {acknowledged.Count} acknowledged, {leads.Count} leads, {written.Length} emails, {copies} second copies of the same Message-ID."
        );
    }

    private static async Task<List<long>> NumbersAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var numbers = new List<long>();
        while (await reader.ReadAsync())
            numbers.Add(reader.GetInt64(0));
        return numbers;
    }
}
