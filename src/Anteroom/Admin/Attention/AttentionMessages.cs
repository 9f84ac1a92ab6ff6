using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>What is sent when something begins or ends that needs attention.</summary>
internal sealed class AttentionMessages(
    EmailWriter emails,
    IOptions<FirmOptions> firm,
    IOptions<AttentionOptions> attention
)
{
    /// <summary>The email to an administrator.</summary>
    internal Email Email(Mailbox administrator, Alarm alarm, DateTimeOffset now)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["firm"] = firm.Value.Name,
            ["since"] = Local(alarm.Since, administrator),
            ["detail"] = administrator.Reads.In(() =>
                alarm.EndedAt is null ? Words(alarm) : AlarmTexts.Say(alarm.Detail)
            ),
            ["link"] = Link("/admin/operations"),
        };
        if (alarm.EndedAt is { } ended)
            fields["ended"] = Local(ended, administrator);
        return emails.Write(alarm.EndedAt is null ? EmailKind.Alarm : EmailKind.AlarmOver, administrator, fields, now);
    }

    /// <summary>The message to the webhook; null when there is none.</summary>
    internal Message? Webhook(Alarm alarm, DateTimeOffset now)
    {
        if (attention.Value is not { Webhook: { } url, Key: not null })
            return null;
        var isOver = alarm.EndedAt is not null;
        return new()
        {
            Id = Guid.CreateVersion7(now),
            Channel = WebhookChannel.Word,
            Kind = isOver ? "attention_ended" : "attention_began",
            // The rest of the address may hold a secret.
            ToAddress = url.Host.Length <= 254 ? url.Host : url.Host[..254],
            Text = JsonSerializer.Serialize(
                new AttentionEvent(
                    isOver ? "attention.ended" : "attention.began",
                    now,
                    new(
                        alarm.Name,
                        alarm.Detail,
                        alarm.Advice,
                        alarm.Since,
                        alarm.EndedAt,
                        firm.Value.Name,
                        Link(alarm.Link ?? "/admin/operations")
                    )
                ),
                AttentionJson.Default.AttentionEvent
            ),
            CreatedAt = now,
        };
    }

    private static string Words(Alarm alarm) =>
        alarm.Advice is null
            ? AlarmTexts.Say(alarm.Detail)
            : $"{AlarmTexts.Say(alarm.Detail)} {AlarmTexts.Say(alarm.Advice)}";

    private string Link(string path) => $"{firm.Value.PublicUrl?.TrimEnd('/')}{path}";

    private string Local(DateTimeOffset at, Mailbox administrator) =>
        administrator.Reads.In(() =>
            TimeZoneInfo
                .ConvertTime(at, administrator.Zone ?? firm.Value.Zone)
                .ToString(T["MMMM d, yyyy 'at' h:mm tt"], CultureInfo.CurrentCulture)
        );
}

/// <summary>The body of a webhook.</summary>
internal sealed record AttentionEvent(string Type, DateTimeOffset Timestamp, AttentionData Data);

/// <summary>What it is about.</summary>
internal sealed record AttentionData(
    string Name,
    string Detail,
    string? Advice,
    DateTimeOffset Since,
    DateTimeOffset? EndedAt,
    string Firm,
    string Link
);

[JsonSerializable(typeof(AttentionEvent))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class AttentionJson : JsonSerializerContext;
