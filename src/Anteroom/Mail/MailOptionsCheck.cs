using System.Text;
using Microsoft.Extensions.Options;

namespace Anteroom.Mail;

/// <summary>Rejects settings at start that would lose mail later; every sentence names the setting and the fix.</summary>
internal sealed class MailOptionsCheck : IValidateOptions<MailOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, MailOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> wrong = [.. Sender(options), .. Pace(options)];
        if (options.HasServer)
            wrong.AddRange([.. Server(options), .. Credentials(options)]);
        else if (string.IsNullOrWhiteSpace(options.PickupFolder))
            wrong.Add("Mail:Host and Mail:PickupFolder are both empty: name a mail server or a folder for messages.");

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }

    static IEnumerable<string> Sender(MailOptions options)
    {
        if (!SenderText.TryParse(options.From, out _))
            yield return $"Mail:From '{options.From}' is not a sender: write firm@example.com or Firm <firm@example.com>.";
        else if (!DkimSignature.TryCreate(options, out _, out var problem))
            yield return problem;
    }

    static IEnumerable<string> Server(MailOptions options)
    {
        if (options.UseTls && options.UseSsl)
            yield return "Mail:UseTls (STARTTLS) and Mail:UseSsl (TLS from the first byte) are both on: "
                + "keep UseTls for port 587, UseSsl for port 465.";
        if (options.ServerPort is < 1 or > 65535)
            yield return $"Mail:Port {options.ServerPort} is not a port: use 25, 465, 587 or another from 1 to 65535.";
        if (options.Host!.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '/'))
            yield return $"Mail:Host '{options.Host}' is not a host: write a name or an IP address, without scheme or port.";
        if (!string.IsNullOrEmpty(options.HelloName) && !WireAddress.IsDomain(options.HelloName))
            yield return $"Mail:HelloName '{options.HelloName}' is not a host name: write one as mail.example.com, or leave it out.";
    }

    static IEnumerable<string> Credentials(MailOptions options)
    {
        var (password, token) = (!string.IsNullOrEmpty(options.Password), !string.IsNullOrEmpty(options.AccessToken));
        if (!options.SignsIn)
        {
            if (password || token)
                yield return "Mail:Password or Mail:AccessToken is set without Mail:User: set the user, or remove them.";
            yield break;
        }

        if (!password && !token)
            yield return "Mail:User is set without a password: set Mail:Password (or Mail:AccessToken), or remove the user.";
        if (password && token)
            yield return "Mail:Password and Mail:AccessToken are both set: keep the one the server expects.";
        if (HasControl(options.User!) || HasControl(options.AccessToken) || options.Password?.Contains('\0') == true)
            yield return "Mail:User, Mail:Password or Mail:AccessToken holds a control character: check for a line break.";
        if (!options.UseTls && !options.UseSsl && !options.PasswordMayTravelInTheOpen)
            yield return $"Mail:Password would travel to {options.Host} unencrypted: set Mail:UseTls (or Mail:UseSsl); "
                + "Mail:AllowPlainTextPassword=true if that network is your own.";
    }

    static IEnumerable<string> Pace(MailOptions options)
    {
        (string Name, TimeSpan Value)[] spans =
        [
            (nameof(options.ConnectTimeout), options.ConnectTimeout),
            (nameof(options.CommandTimeout), options.CommandTimeout),
            (nameof(options.FirstRetry), options.FirstRetry),
            (nameof(options.Sweep), options.Sweep),
            (nameof(options.Lease), options.Lease),
        ];
        foreach (var span in spans.Where(span => span.Value <= TimeSpan.Zero || span.Value > TimeSpan.FromDays(1)))
            yield return $"Mail:{span.Name} {span.Value} is out of range: use more than zero and at most a day, such as 00:01:00.";
        if (options.LongestRetry < options.FirstRetry)
            yield return "Mail:LongestRetry is shorter than Mail:FirstRetry: make it at least as long.";
        if (options.MaxAttempts < 1)
            yield return $"Mail:MaxAttempts {options.MaxAttempts} would never send anything: use 1 or more.";
        if (options.BulkPerMinute is < 1 or > 60_000)
            yield return $"Mail:BulkPerMinute {options.BulkPerMinute} is out of range: use 1 to 60000.";
        if (options.Connections is < 1 or > 100)
            yield return $"Mail:Connections {options.Connections} is out of range: use 1 to 100.";
    }

    static bool HasControl(string? text) => text?.EnumerateRunes().Any(Rune.IsControl) == true;
}
