using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>Something that is wrong now.</summary>
/// <param name="Name">Which.</param>
/// <param name="Since">When it began, UTC.</param>
/// <param name="Detail">What is the matter.</param>
/// <param name="Advice">What helps; null when the detail says it.</param>
/// <param name="Link">The page that has more, as a path; null for none.</param>
public sealed record AttentionItem(string Name, DateTimeOffset Since, string Detail, string? Advice, string? Link);

/// <summary>What is wrong now, kept in memory on every node, so that every page of an administrator can say so and no request asks for it.</summary>
public sealed partial class KnowAttention(NpgsqlDataSource database, WorkSignal signal, ILogger<KnowAttention> logger)
    : RefreshedCache(signal, WorkSignal.Attention)
{
    private IReadOnlyList<AttentionItem> _now = [];

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<AttentionItem> Now => Volatile.Read(ref _now);

    /// <inheritdoc />
    public override async Task RefreshAsync(CancellationToken cancellation) =>
        Volatile.Write(
            ref _now,
            await database.QueryAsync<AttentionItem>(
                "select name, since, detail, advice, link from conditions where detail is not null order by since, name",
                cancellation
            )
        );

    /// <inheritdoc />
    protected override void LogNotRead(Exception error) => NotRead(logger, error.Message);

    [LoggerMessage(LogLevel.Debug, "What needs attention could not be read: {Reason}")]
    private static partial void NotRead(ILogger logger, string reason);
}
