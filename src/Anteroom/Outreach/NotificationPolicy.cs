using Anteroom.Firm;
using Microsoft.Extensions.Options;

namespace Anteroom.Outreach;

/// <summary>
/// The only place that decides who is notified about a lead: the prospect, the addresses that the firm has set
/// (<c>ATTORNEY_EMAIL</c>), the administrators, the attorneys.
/// </summary>
public sealed class NotificationPolicy(IOptions<FirmOptions> firm)
{
    /// <summary>SQL for the administrators with an address, as <see cref="Mailbox"/>es.</summary>
    internal const string Administrators =
        "select email as address, full_name as name, language, time_zone from users where role = 'administrator' and active and email is not null";

    /// <summary>Whether <see cref="ForNewLead"/> needs to know the <see cref="Administrators"/>.</summary>
    /// <param name="byHand">Somebody of the firm enters the lead.</param>
    internal bool NeedsAdministrators(bool byHand) => !byHand && firm.Value.Notify.Count == 0;

    /// <summary>
    /// Who at the firm is notified of a new lead: the addresses that it has set, or else every administrator. Nobody if the firm enters the
    /// lead by hand.
    /// </summary>
    internal IReadOnlyList<Mailbox> ForNewLead(bool byHand, IReadOnlyList<Mailbox> administrators) =>
        byHand ? []
        : firm.Value.Notify.Count > 0 ? firm.Value.Notify
        : administrators;

    /// <summary>Whether the prospect gets a confirmation: always after submitting, otherwise if the firm wants it.</summary>
    /// <param name="wanted">Whether the firm wants it for a lead that it enters by hand; null for a lead that comes by itself.</param>
    internal static bool Confirms(bool? wanted) => wanted ?? true;

    /// <summary>
    /// Whether an owner is notified of what <paramref name="by"/> did (null for Anteroom): not of their own actions, and not without an
    /// address.
    /// </summary>
    internal static bool Notifies(Owner? owner, CurrentUser? by) => owner is { Email: not null } && owner.Id != by?.Id;

    /// <summary>The same without an email: on the page and by the browser.</summary>
    internal static bool Tells(Owner? owner, CurrentUser? by) => owner is not null && owner.Id != by?.Id;
}
