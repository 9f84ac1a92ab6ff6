using System.Text;
using Anteroom.Firm;

namespace Anteroom.Mail;

/// <summary>Rejects settings that would lose mail later; every sentence names the fix.</summary>
internal sealed class MailOptionsCheck : SettingRules<MailOptions>
{
    /// <inheritdoc />
    public override IEnumerable<SettingProblem> Problems(MailOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<SettingProblem> wrong = [.. Sender(options), .. Pace(options).Select(Named)];
        if (options.HasServer)
            wrong.AddRange([.. Server(options), .. Credentials(options)]);
        else if (string.IsNullOrWhiteSpace(options.PickupFolder))
            wrong.Add(
                Named("Mail:Host and Mail:PickupFolder are both empty: name a mail server or a folder for messages.")
            );
        return wrong;
    }

    /// <summary>A sentence for the start only, which begins with its key.</summary>
    private static SettingProblem Named(string sentence) => new(sentence[..sentence.IndexOf(' ')], sentence);

    private static IEnumerable<SettingProblem> Sender(MailOptions options)
    {
        if (!SenderText.TryParse(options.From, out _))
            yield return new(
                "Mail:From",
                $"'{options.From}' is not a sender: write firm@example.com or Firm <firm@example.com>."
            );
        else if (!DkimSignature.TryCreate(options, out _, out var problem))
            yield return Named(problem);
    }

    private static IEnumerable<SettingProblem> Server(MailOptions options)
    {
        if (options is { UseTls: true, UseSsl: true, Encryption: null })
            yield return Named(
                "Mail:UseTls (STARTTLS) and Mail:UseSsl (TLS from the first byte) are both on: "
                    + "keep UseTls for port 587, UseSsl for port 465."
            );
        if (options.ServerPort is < 1 or > 65535)
            yield return new(
                "Mail:Port",
                $"{options.ServerPort} is not a port: use 25, 465, 587 or another from 1 to 65535."
            );
        if (options.Host!.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == '/'))
            yield return new(
                "Mail:Host",
                $"'{options.Host}' is not a host: write a name or an IP address, without scheme or port."
            );
        if (!string.IsNullOrEmpty(options.HelloName) && !WireAddress.IsDomain(options.HelloName))
            yield return Named(
                $"Mail:HelloName '{options.HelloName}' is not a host name: write one as mail.example.com, or leave it out."
            );
    }

    private static IEnumerable<SettingProblem> Credentials(MailOptions options)
    {
        var (password, token) = (!string.IsNullOrEmpty(options.Password), !string.IsNullOrEmpty(options.AccessToken));
        if (!options.SignsIn)
        {
            if (password || token)
                yield return new(
                    "Mail:User",
                    "There is a password (or an access token) without a user: set the user, or remove the password."
                );
            yield break;
        }

        if (!password && !token && options.Unusable is null)
            yield return new("Mail:Password", "There is a user without a password: set it, or remove the user.");
        if (password && token)
            yield return Named("Mail:AccessToken and Mail:Password are both set: keep the one the server expects.");
        if (HasControl(options.User!) || HasControl(options.AccessToken) || options.Password?.Contains('\0') == true)
            yield return new(
                "Mail:User",
                "There is a control character in it or its password: check for a line break."
            );
        if (options.Security == MailEncryption.None && !options.PasswordMayTravelInTheOpen)
            yield return new(
                "Mail:Encryption",
                $"The password would travel to {options.Host} unencrypted: use STARTTLS (Mail:UseTls) or TLS (Mail:UseSsl); Mail:AllowPlainTextPassword=true if that network is your own."
            );
    }

    private static IEnumerable<string> Pace(MailOptions options)
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

    private static bool HasControl(string? text) => text?.EnumerateRunes().Any(Rune.IsControl) == true;
}
