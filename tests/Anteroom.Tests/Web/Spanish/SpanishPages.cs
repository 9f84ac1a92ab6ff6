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
        new("/leads", IsTranslated: false),
        new("/leads?view=waiting", IsTranslated: false),
        new("/leads?status=registered&assigned_to=none&sort=name", IsTranslated: false),
        new("/leads?q=nobody-of-that-name", IsTranslated: false),
        new("/leads/trash", IsTranslated: false),
        //
        // Leads: board
        new("/board", IsTranslated: false),
        //
        // Leads: one lead
        new("/leads/{lead}", IsTranslated: false),
        new("/leads/{lead}?write=task", IsTranslated: false),
        new("/leads/{closed}", IsTranslated: false),
        new("/leads/{lead}/edit", IsTranslated: false),
        new("/leads/{lead}/decline", IsTranslated: false),
        new("/leads/{lead}/merge?other={closed}", IsTranslated: false),
        new("/leads/{lead}/resume/view", IsTranslated: false),
        new("/leads/new", IsTranslated: false),
        //
        // Tasks and notifications
        new("/tasks", IsTranslated: false),
        new("/notifications", IsTranslated: false),
        //
        // Reports
        new("/dashboard", IsTranslated: false),
        new("/reports", IsTranslated: false),
        new("/reports?period=90d", IsTranslated: false),
        //
        // Texts to write with
        new("/snippets"),
        new("/snippets/new"),
        new("/snippets/{snippet}"),
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
        new("/admin/queues", IsTranslated: false),
        new("/admin/schedule"),
        new("/admin/schedule/database"),
        new("/admin/operations", IsTranslated: false),
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
