using Anteroom.Data;
using Npgsql;

namespace Anteroom.Notices;

/// <summary>
/// Who wants to be told of what by email, in this node's memory: whoever writes such an email asks here first. Page and browser are looked
/// up as a notice is written (<see cref="NoticeSql"/>).
/// </summary>
public sealed partial class NoticeChoices(NpgsqlDataSource database, WorkSignal signal, ILogger<NoticeChoices> logger)
    : RefreshedCache(signal, WorkSignal.Notices)
{
    private HashSet<(Guid, NoticeKind)> _without = [];

    /// <summary>Whether an email of this kind is wanted.</summary>
    public bool WantsEmail(Guid user, NoticeKind kind) => !Volatile.Read(ref _without).Contains((user, kind));

    /// <inheritdoc />
    public override async Task RefreshAsync(CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<Row>(
            "select user_id, kind from notice_choices where not email",
            cancellation
        );
        var without = new HashSet<(Guid, NoticeKind)>();
        foreach (var row in rows)
            // A kind of a newer version is none of ours.
            if (WireName.TryParse(row.Kind, out NoticeKind kind))
                without.Add((row.UserId, kind));
        Volatile.Write(ref _without, without);
    }

    /// <summary>How somebody wants to be told, kind by kind.</summary>
    public async Task<IReadOnlyList<NoticeChoice>> OfAsync(Guid user, CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<Chosen>(
            "select kind, page, email, browser from notice_choices where user_id = $1",
            cancellation,
            Sql.Value(user)
        );
        return
        [
            .. Enum.GetValues<NoticeKind>()
                .Select(kind =>
                {
                    var row = rows.Find(chosen => chosen.Kind == kind.ToWire());
                    return new NoticeChoice
                    {
                        UserId = user,
                        Kind = kind,
                        Page = row?.Page ?? true,
                        Email = row?.Email ?? true,
                        Browser = row?.Browser ?? true,
                    };
                }),
        ];
    }

    /// <summary>Keeps how somebody wants to be told; every node goes by it within a moment.</summary>
    public async Task SaveAsync(IReadOnlyList<NoticeChoice> choices, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        Rows.Add(batch, choices);
        await batch.ExecuteNonQueryAsync(cancellation);
        await RefreshAsync(cancellation);
        Ring();
    }

    /// <inheritdoc />
    protected override void LogNotRead(Exception error) => Log.NotRead(logger, error);

    private static readonly InsertRows<NoticeChoice> Rows = new InsertRows<NoticeChoice>(
        "notice_choices",
        "on conflict (user_id, kind) do update set page = excluded.page, email = excluded.email, browser = excluded.browser"
    )
        .Column("user_id", choice => choice.UserId)
        .Column("kind", choice => choice.Kind.ToWire())
        .Column("page", choice => choice.Page)
        .Column("email", choice => choice.Email)
        .Column("browser", choice => choice.Browser);

    private sealed record Row(Guid UserId, string Kind);

    private sealed record Chosen(string Kind, bool Page, bool Email, bool Browser);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "How people want to be told could not be read; what is known stays in use")]
        public static partial void NotRead(ILogger logger, Exception error);
    }
}
