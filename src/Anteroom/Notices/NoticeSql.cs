using Anteroom.Data;
using Npgsql;

namespace Anteroom.Notices;

/// <summary>Something that somebody is to be told.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="User">Whom.</param>
/// <param name="Lead">The lead; null for none.</param>
/// <param name="Text">One sentence.</param>
/// <param name="At">When it happened, UTC.</param>
internal sealed record NewNotice(NoticeKind Kind, Guid User, Guid? Lead, string Text, DateTimeOffset At);

/// <summary>Tells people of the firm in the transaction of the cause, as far as each wants to be told.</summary>
internal static class NoticeSql
{
    /// <summary>Adds one statement; none for nothing.</summary>
    public static void Tell(this NpgsqlBatch batch, params IReadOnlyList<NewNotice> notices)
    {
        if (notices.Count == 0)
            return;
        batch.Add(
            InsertEach("select * from unnest($1, $2, $3, $4, $5, $6) line (id, user_id, kind, lead_id, text, at)"),
            Sql.Value(notices.Select(notice => Guid.CreateVersion7(notice.At)).ToArray()),
            Sql.Value(notices.Select(notice => notice.User).ToArray()),
            Sql.Value(notices.Select(notice => notice.Kind.ToWire()).ToArray()),
            Sql.Value(notices.Select(notice => notice.Lead).ToArray()),
            Sql.Value(notices.Select(notice => notice.Text).ToArray()),
            Sql.Value(notices.Select(notice => notice.At).ToArray())
        );
    }

    /// <summary>For a part of a larger statement: marks what somebody was told of a lead as read.</summary>
    public static string Read(string user, string lead, string at) =>
        $"update notices set read_at = {at} where user_id = {user} and lead_id = {lead} and read_at is null";

    /// <summary>
    /// For a part of a larger statement: a notice for each row of a query with the columns <c>id, user_id, kind, lead_id, text, at</c>.
    /// </summary>
    public static string InsertEach(string query) =>
        $"""
            insert into notices (id, user_id, kind, lead_id, text, at, on_page, in_browser)
            select id, user_id, kind, lead_id, text, at, coalesce(page, true), coalesce(browser, true)
            from ({query}) notice left join notice_choices using (user_id, kind)
            where coalesce(page, true) or coalesce(browser, true)
            """;
}
