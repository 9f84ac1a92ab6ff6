using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>Writes the emails with links that users get, and the notice of a new address.</summary>
public sealed class UserEmails(EmailWriter emails, UserLinks links, IOptions<FirmOptions> firm, TimeProvider time)
{
    private static readonly TimeSpan InvitationLife = TimeSpan.FromDays(3);
    private static readonly TimeSpan LinkLife = TimeSpan.FromHours(1);

    /// <summary>
    /// An email with a link that sets the password of <paramref name="user"/>: an invitation, good for three days, when there is none yet,
    /// else good for an hour. The link works once, and only the newest does.
    /// </summary>
    public async Task<Email> PasswordLinkAsync(User user, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        var invites = user.PasswordHash is null;
        var token = await links.MakeAsync(
            user,
            UserLink.Password,
            invites ? InvitationLife : LinkLife,
            email: null,
            cancellation
        );
        var values = Values(user, $"/password?user={user.Id:N}&token={Uri.EscapeDataString(token)}");
        values["days"] = invites ? "3" : "less than 1";
        values["life"] = LanguageOf(user).In(() => invites ? T["3 days"] : T["1 hour"]);
        return emails.Write(
            invites ? EmailKind.Invitation : EmailKind.PasswordReset,
            user.Mailbox(),
            values,
            time.GetUtcNow()
        );
    }

    /// <summary>To the new address: a link that makes it the user's, good for an hour; to the old one: that somebody asked for it.</summary>
    public async Task<IReadOnlyList<Email>> NewAddressAsync(User user, string address, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        var token = await links.MakeAsync(user, UserLink.Address, LinkLife, address, cancellation);
        var values = Values(user, $"/email?user={user.Id:N}&token={Uri.EscapeDataString(token)}");
        values["life"] = LanguageOf(user).In(() => T["1 hour"]);
        var notice = Values(user, "/me/sessions");
        notice["address"] = address;
        return
        [
            emails.Write(EmailKind.AddressChange, user.Mailbox() with { Address = address }, values, time.GetUtcNow()),
            emails.Write(EmailKind.AddressNotice, user.Mailbox(), notice, time.GetUtcNow()),
        ];
    }

    private static Language LanguageOf(User user) => user.Language ?? Language.En;

    private Dictionary<string, object?> Values(User user, string path) =>
        new(StringComparer.Ordinal)
        {
            ["firm"] = firm.Value.Name,
            ["name"] = user.FullName,
            ["username"] = user.UserName,
            ["link"] = firm.Value.PublicUrl?.TrimEnd('/') + path,
        };
}
