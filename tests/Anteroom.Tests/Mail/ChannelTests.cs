using System.Collections.Concurrent;
using System.Net;
using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Mail;

/// <summary>A second channel beside email takes one class and one line of registration; everything else is there.</summary>
[Trait("Category", "Slow")]
public sealed class ChannelTests(TestDatabases databases)
{
    /// <summary>The class: text messages, handed to a list.</summary>
    private sealed class SmsChannel : IChannel, IChannelLine
    {
        public ConcurrentQueue<Message> Handed { get; } = new();

        /// <summary>Refusals for now, one for each message that they meet.</summary>
        public ConcurrentQueue<DeliveryException> Refusals { get; } = new();

        public string Name => "sms";

        public DeliveryPace Pace { get; } =
            new() { FirstRetry = TimeSpan.FromMilliseconds(10), Sweep = TimeSpan.FromSeconds(1) };

        public bool IsUsable => true;

        public Task<IChannelLine> OpenAsync(CancellationToken cancellation) => Task.FromResult<IChannelLine>(this);

        public Task SendAsync(Message message, CancellationToken cancellation)
        {
            if (Refusals.TryDequeue(out var refusal))
                throw refusal;
            Handed.Enqueue(message);
            return Task.CompletedTask;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private async Task<(AnteroomApp App, SmsChannel Sms)> StartAsync()
    {
        var sms = new SmsChannel();
        return (await AnteroomApp.StartAsync(databases, adjust: services => services.AddSingleton<IChannel>(sms)), sms);
    }

    /// <summary>Queues a text message with a note about it, as a use case would: both or neither.</summary>
    private static async Task<Guid> QueueAsync(
        AnteroomApp app,
        long number,
        bool commit = true,
        string to = "+12025550142"
    )
    {
        var message = new Message
        {
            Id = Guid.CreateVersion7(),
            Channel = "sms",
            Kind = "appointment_reminder",
            ToAddress = to,
            Text = "Tomorrow at ten.",
            LeadId = await app.ValueAsync<Guid>($"select id from leads where number = {number}"),
            CreatedAt = DateTimeOffset.UtcNow,
        };
        await using var connection = await app.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var batch = connection.CreateBatch();
        batch.Add($"update leads set message = 'reminded' where number = {number}");
        batch.Queue(message);
        await batch.ExecuteNonQueryAsync();
        if (!commit)
            return message.Id;
        await transaction.CommitAsync();
        app.Services.GetRequiredService<WorkSignal>().Poke("sms");
        return message.Id;
    }

    [Fact]
    public async Task A_message_is_committed_with_its_cause_delivered_once_and_stands_in_the_timeline_of_its_lead()
    {
        var (app, sms) = await StartAsync();
        await using var _ = app;
        var number = await new Prospect().IsAcceptedAsync(app);
        await QueueAsync(app, number, commit: false);
        var id = await QueueAsync(app, number);

        await app.WaitUntilAsync(
            "select bool_and(state = 'sent' and attempts = 1 and sent_at is not null) from outbox"
        );

        var handed = Assert.Single(sms.Handed);
        Assert.Equal(
            (id, "appointment_reminder", "+12025550142", "Tomorrow at ten."),
            (handed.Id, handed.Kind, handed.ToAddress, handed.Text)
        );
        Assert.Equal(id.ToString("N"), handed.MessageId);
        // What asks about email sees email only.
        Assert.Equal(0, await app.ValueAsync<long>("select count(*) from emails where kind = 'appointment_reminder'"));
        using var attorney = await app.SignedInAsync();
        Assert.Contains(
            "sent the appointment reminder (sms) to +12025550142",
            (await attorney.OpenAsync($"/leads/{number}")).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_refusal_for_now_is_tried_again_and_one_for_good_waits_for_a_person_on_the_page_of_queues()
    {
        var (app, sms) = await StartAsync();
        await using var _ = app;
        var number = await new Prospect().IsAcceptedAsync(app);
        sms.Refusals.Enqueue(new DeliveryException("busy", permanent: false));
        await QueueAsync(app, number);
        await app.WaitUntilAsync("select bool_and(state = 'sent' and attempts = 2) from outbox where channel = 'sms'");

        sms.Refusals.Enqueue(new DeliveryException("no such number", permanent: true));
        await QueueAsync(app, number, to: "+12025550143");
        await app.WaitUntilAsync("select exists (select from outbox where channel = 'sms' and state = 'failed')");

        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var page = await root.OpenAsync("/admin/queues?queue=sms.appointment_reminder");
        var words = page.Body!.Words();
        Assert.Contains("Appointment reminder (sms)", words, StringComparison.Ordinal);
        Assert.Contains("no such number", words, StringComparison.Ordinal);
        Assert.Contains("+1…", words, StringComparison.Ordinal);
        Assert.Contains(
            "could not deliver the appointment reminder (sms) to +12025550143: no such number",
            (await root.OpenAsync($"/leads/{number}")).Body!.Words(),
            StringComparison.Ordinal
        );
        using var retried = await root.SendFormAsync(page.Form("/admin/queues/retry"));
        Assert.Equal(HttpStatusCode.SeeOther, retried.StatusCode);
        await app.WaitUntilAsync("select bool_and(state = 'sent') from outbox");
        Assert.Equal(2, sms.Handed.Count);
    }
}
