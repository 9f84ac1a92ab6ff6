namespace Anteroom.Tests.Web.Spanish;

/// <summary>A page that <see cref="SpanishPagesTests"/> opens. <c>{lead}</c> and the like stand for something that is there.</summary>
/// <param name="Address">Its address.</param>
/// <param name="IsTranslated">False: not yet; who translates it says so here.</param>
internal sealed record SpanishPage(string Address, bool IsTranslated = true);

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
        new("/snippets", IsTranslated: false),
        new("/snippets/new", IsTranslated: false),
        new("/snippets/{snippet}", IsTranslated: false),
        //
        // Bulk email
        new("/bulk", IsTranslated: false),
        new("/bulk/new", IsTranslated: false),
        //
        // Administration: firm and people
        new("/admin", IsTranslated: false),
        new("/admin/settings", IsTranslated: false),
        new("/admin/hours", IsTranslated: false),
        new("/admin/retention", IsTranslated: false),
        new("/admin/users", IsTranslated: false),
        new("/admin/users/{user}", IsTranslated: false),
        new("/admin/tokens", IsTranslated: false),
        //
        // Administration: mail
        new("/admin/templates", IsTranslated: false),
        new("/admin/templates/welcome", IsTranslated: false),
        new("/admin/templates/daily_report", IsTranslated: false),
        //
        // Administration: work
        new("/admin/queues", IsTranslated: false),
        new("/admin/schedule", IsTranslated: false),
        new("/admin/schedule/database", IsTranslated: false),
        new("/admin/operations", IsTranslated: false),
        //
        // Administration: data
        new("/admin/audit", IsTranslated: false),
        new("/admin/privacy", IsTranslated: false),
        new("/admin/privacy?q={lead}", IsTranslated: false),
        new("/admin/data", IsTranslated: false),
        new("/admin/data/leads", IsTranslated: false),
        new("/admin/samples", IsTranslated: false),
    ];
}
