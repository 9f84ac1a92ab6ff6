using Anteroom.Firm;
using Microsoft.Extensions.Options;

namespace Anteroom.Outreach;

/// <summary>
/// Decides who is told of what happens to a lead, and nobody else does: the prospect, whom the firm has named
/// (<c>ATTORNEY_EMAIL</c>), the administrators, the attorneys.
/// </summary>
public sealed class WhoIsTold(IOptions<FirmOptions> firm)
{
    /// <summary>The administrators who can be told, as <see cref="Mailbox"/>es.</summary>
    internal const string Administrators =
        "select email as address, full_name as name from users where role = 'administrator' and active and email is not null";

    /// <summary>Whether <see cref="OfNewLead"/> needs to know the <see cref="Administrators"/>.</summary>
    /// <param name="byHand">Somebody of the firm enters the lead.</param>
    internal bool NeedsAdministrators(bool byHand) => !byHand && firm.Value.Notify.Count == 0;

    /// <summary>
    /// Who of the firm is told of a new lead: whom it has named, or else every administrator. Nobody of one that the firm enters by
    /// hand: who enters it knows of it.
    /// </summary>
    internal IReadOnlyList<Mailbox> OfNewLead(bool byHand, IReadOnlyList<Mailbox> administrators) =>
        byHand ? []
        : firm.Value.Notify.Count > 0 ? firm.Value.Notify
        : administrators;

    /// <summary>Whether the prospect gets a confirmation: always from a door of their own, otherwise when the firm wants it.</summary>
    /// <param name="wanted">Whether the firm wants it for a lead that it enters by hand; null for a lead that comes by itself.</param>
    internal static bool Confirms(bool? wanted) => wanted ?? true;

    /// <summary>
    /// Whether an owner is told of what <paramref name="by"/> did; null for Anteroom. Nobody is told what they did themselves, nor can
    /// be without an address.
    /// </summary>
    internal static bool Tells(Owner? owner, CurrentUser? by) => owner is { Email: not null } && owner.Id != by?.Id;
}
