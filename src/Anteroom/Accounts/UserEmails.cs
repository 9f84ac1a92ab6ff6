using System.Globalization;
using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>Writes the emails that let users set a password.</summary>
public sealed class UserEmails(
    EmailWriter emails,
    UserManager<User> users,
    IOptions<FirmOptions> firm,
    IOptions<DataProtectionTokenProviderOptions> links,
    TimeProvider time
)
{
    /// <summary>
    /// An email with a link that sets the password of <paramref name="user"/>: an invitation when there is none yet. The link
    /// works once, because setting a password changes the security stamp that it is bound to, and for three days.
    /// </summary>
    public async Task<Email> PasswordLinkAsync(User user)
    {
        var now = time.GetUtcNow();
        var kind = user.PasswordHash is null ? EmailKind.Invitation : EmailKind.PasswordReset;
        var token = await users.GeneratePasswordResetTokenAsync(user);
        var days = links.Value.TokenLifespan.TotalDays.ToString("0.#", CultureInfo.InvariantCulture);
        return emails.Write(
            kind,
            new Mailbox(user.Email!, user.FullName),
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["firm"] = firm.Value.Name,
                ["name"] = user.FullName,
                ["username"] = user.UserName,
                ["days"] = days,
                ["link"] =
                    $"{firm.Value.PublicUrl?.TrimEnd('/')}/password?user={user.Id:N}&token={Uri.EscapeDataString(token)}",
            },
            now
        );
    }
}
