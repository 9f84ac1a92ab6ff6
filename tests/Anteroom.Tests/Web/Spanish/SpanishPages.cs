namespace Anteroom.Tests.Web.Spanish;

/// <summary>A page that <see cref="SpanishPagesTests"/> opens. <c>{lead}</c> and the like stand for something that is there.</summary>
/// <param name="Address">Its address.</param>
internal sealed record SpanishPage(string Address);

/// <summary>Every page of the workspace, room by room.</summary>
internal static class SpanishPages
{
    public static IReadOnlyList<SpanishPage> All { get; } =
    [
        // Accounts: signing in, and one's own account
        new("/signin"),
        new("/forgot"),
        new("/forgot/sent"),
        new("/nowhere"),
        new("/me"),
        new("/me/notifications"),
        new("/me/password"),
        new("/me/two-factor"),
        new("/me/passkeys"),
        new("/me/sessions"),
        //
        // Leads: list and trash
        new("/leads"),
        new("/leads?view=waiting"),
        new("/leads?status=registered&assigned_to=none&sort=name"),
        new("/leads?q=nobody-of-that-name"),
        new("/leads?group=due&status=reached_out"),
        new("/leads?group=source&received=week&attention=any"),
        new("/leads/trash"),
        //
        // Leads: board
        new("/board"),
        //
        // Leads: one lead
        new("/leads/{lead}"),
        new("/leads/{lead}?write=task"),
        new("/leads/{lead}?show=notes"),
        new("/leads/{closed}"),
        new("/leads/{lead}/edit"),
        new("/leads/{lead}/decline"),
        new("/leads/{lead}/merge?other={closed}"),
        new("/leads/{lead}/resume/view"),
        new("/leads/new"),
        //
        // Tasks and notifications
        new("/tasks"),
        new("/tasks?show=all"),
        new("/tasks?show=done"),
        new("/notifications"),
        //
        // Reports
        new("/dashboard"),
        new("/dashboard?period=today"),
        new("/reports"),
        new("/reports?period=90d"),
        new("/reports?period=today"),
        //
        // Texts to write with
        new("/snippets"),
        new("/snippets/new"),
        new("/snippets/{snippet}"),
        //
        // Imports
        new("/admin/imports"),
        new("/admin/imports/{import}"),
        new("/admin/imports/{checked}"),
        //
        // Bulk email
        new("/bulk"),
        new("/bulk/new"),
        //
        // Administration: firm and people
        new("/admin"),
        new("/admin/settings"),
        new("/admin/hours"),
        new("/admin/retention"),
        new("/admin/users"),
        new("/admin/users/{user}"),
        new("/admin/tokens"),
        //
        // Administration: mail
        new("/admin/templates"),
        new("/admin/templates/welcome"),
        new("/admin/templates/daily_report"),
        //
        // Administration: work
        new("/admin/queues"),
        new("/admin/queues?state=any&age=1d&error=nobody"),
        new("/admin/queues?state=waiting&queue=emails.confirmation&span=week"),
        new("/admin/queues/work.read_resume"),
        new("/admin/queues/work.read_resume/{item}"),
        new("/admin/schedule"),
        new("/admin/schedule/database"),
        new("/admin/operations"),
        //
        // Administration: data
        new("/admin/privacy"),
        new("/admin/privacy?q={lead}"),
        new("/admin/audit"),
        new("/admin/data"),
        new("/admin/data/leads"),
        new("/admin/samples"),
    ];
}
