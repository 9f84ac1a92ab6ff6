using System.Text.Encodings.Web;
using System.Text.Json;
using Anteroom.Data;
using Npgsql;
using NpgsqlTypes;

namespace Anteroom.Audit;

/// <summary>
/// Writes down who did what: in the transaction of its cause where there is one, so that neither is without the other. Who and from
/// where is the request's, unless told.
/// </summary>
public sealed partial class AuditLog(
    NpgsqlDataSource database,
    IHttpContextAccessor requests,
    TimeProvider time,
    ILoggerFactory loggers
)
{
    private const int LongestSummary = 2_000;

    private readonly ILogger _log = loggers.CreateLogger("Anteroom.Audit");

    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Makes the line.</summary>
    /// <param name="kind">What kind of thing it was.</param>
    /// <param name="summary">What was done, a sentence that follows the actor. No secrets.</param>
    /// <param name="subject">What it was about, for programs: <c>user:3</c>.</param>
    /// <param name="before">What was changed, by name.</param>
    /// <param name="after">What it is now, by name.</param>
    /// <param name="by">Who did it; null for the user of the request.</param>
    public AuditEntry Entry(
        AuditKind kind,
        string summary,
        string? subject = null,
        IReadOnlyDictionary<string, string?>? before = null,
        IReadOnlyDictionary<string, string?>? after = null,
        CurrentUser? by = null
    )
    {
        var request = requests.HttpContext;
        by ??= request is null ? null : CurrentUser.From(request.User);
        var now = Sql.Instant(time.GetUtcNow());
        var entry = new AuditEntry
        {
            Id = Guid.CreateVersion7(now),
            At = now,
            ActorId = by?.Id,
            Actor = by?.FullName ?? (request is null ? "Anteroom" : "Somebody"),
            Address = request?.Connection.RemoteIpAddress is { } address
                ? (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString()
                : null,
            Kind = kind,
            Subject = subject,
            Summary = summary.Length <= LongestSummary ? summary : summary[..LongestSummary],
            Details =
                before is null && after is null ? null : JsonSerializer.Serialize(new { before, after }, Readable),
        };
        // Where an intruder in the database cannot change it. Without the summary, which can name a prospect: the number leads to it.
        Happened(_log, entry.Kind.ToWire(), entry.Actor, entry.Address, entry.Subject, entry.Id);
        return entry;
    }

    /// <summary>Adds a line to what <paramref name="db"/> saves next.</summary>
    /// <inheritdoc cref="Entry"/>
    public void Write(
        AnteroomDb db,
        AuditKind kind,
        string summary,
        string? subject = null,
        IReadOnlyDictionary<string, string?>? before = null,
        IReadOnlyDictionary<string, string?>? after = null,
        CurrentUser? by = null
    ) => db.AuditLog.Add(Entry(kind, summary, subject, before, after, by));

    /// <summary>Adds a line to a batch.</summary>
    /// <inheritdoc cref="Entry"/>
    public void Write(
        NpgsqlBatch batch,
        AuditKind kind,
        string summary,
        string? subject = null,
        IReadOnlyDictionary<string, string?>? before = null,
        IReadOnlyDictionary<string, string?>? after = null,
        CurrentUser? by = null
    ) => batch.Add(Insert, Values(Entry(kind, summary, subject, before, after, by)));

    /// <summary>Writes a line on its own, for what changes nothing else in the database.</summary>
    /// <inheritdoc cref="Entry"/>
    public async Task WriteAsync(
        AuditKind kind,
        string summary,
        string? subject = null,
        IReadOnlyDictionary<string, string?>? before = null,
        IReadOnlyDictionary<string, string?>? after = null,
        CurrentUser? by = null,
        CancellationToken cancellation = default
    )
    {
        await using var command = database.CreateCommand(Insert);
        command.Parameters.AddRange(Values(Entry(kind, summary, subject, before, after, by)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Information, "{Kind} by {Actor} from {Address} about {Subject}: entry {Id}")]
    private static partial void Happened(
        ILogger logger,
        string kind,
        string actor,
        string? address,
        string? subject,
        Guid id
    );

    private const string Insert = """
        insert into audit (id, at, actor_id, actor, address, kind, subject, summary, details)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """;

    /// <summary>
    /// For a part of a larger statement: an entry for each row of a query with the columns <c>id, at, actor, kind, subject, summary</c>.
    /// </summary>
    internal static string InsertEach(string query) =>
        $"insert into audit (id, at, actor, kind, subject, summary) select id, at, actor, kind, subject, summary from ({query}) entries";

    private static NpgsqlParameter[] Values(AuditEntry entry) =>
        [
            Sql.Value(entry.Id),
            Sql.Value(entry.At),
            Sql.Value(entry.ActorId),
            Sql.Value(entry.Actor),
            Sql.Value(entry.Address),
            Sql.Value(entry.Kind.ToWire()),
            Sql.Value(entry.Subject),
            Sql.Value(entry.Summary),
            new() { Value = (object?)entry.Details ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Jsonb },
        ];
}
