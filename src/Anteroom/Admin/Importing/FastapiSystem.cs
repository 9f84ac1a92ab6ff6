using System.Globalization;
using System.Runtime.CompilerServices;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Leads;

namespace Anteroom.Admin;

/// <summary>
/// The lead service that was made with FastAPI: <c>leads</c> and <c>attorneys</c>. Ids stay, so that programs find leads and attorneys
/// where they were. It has no passwords: attorneys are sent a link to set one.
/// </summary>
internal sealed class FastapiSystem : ISourceSystem
{
    private const int PageSize = 1_000;

    private readonly SourceDatabase _database;
    private readonly HashSet<string> _leads;
    private readonly HashSet<string> _attorneys;

    private FastapiSystem(SourceDatabase database, HashSet<string> leads, HashSet<string> attorneys) =>
        (_database, _leads, _attorneys) = (database, leads, attorneys);

    /// <summary>Opens its database.</summary>
    /// <exception cref="CannotStartException">It cannot be read, or is another one.</exception>
    public static async Task<FastapiSystem> OpenAsync(string connectionString, CancellationToken cancellation)
    {
        var database = await SourceDatabase.OpenAsync(connectionString, cancellation);
        try
        {
            await database.RequireAsync(
                "leads",
                ["id", "first_name", "last_name", "email", "status", "created_at"],
                cancellation
            );
            await database.RequireAsync("attorneys", ["id", "email"], cancellation);
            var leads = await database.ColumnsAsync("leads", cancellation);
            if (leads.Contains("submission_key"))
                throw new CannotStartException(
                    $"{database.Name} is the database of an Anteroom. ./run restore moves one."
                );
            return new FastapiSystem(database, leads, await database.ColumnsAsync("attorneys", cancellation));
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ImportKind Kind => ImportKind.Fastapi;

    /// <inheritdoc />
    public string Name => _database.Name;

    private sealed record AttorneyRow(Guid Id, string? Email, string? Name, bool IsActive, DateTimeOffset? CreatedAt);

    /// <inheritdoc />
    public async Task<IReadOnlyList<ImportedUser>> UsersAsync(CancellationToken cancellation)
    {
        var rows = await _database.QueryAsync<AttorneyRow>(
            $"""
            select id::text::uuid id, email::text, {Text(_attorneys, "name", "full_name")} as name,
                {(_attorneys.Contains("is_active") ? "is_active" : "true")} is_active, {Instant(
                _attorneys,
                "created_at"
            )} created_at
            from attorneys order by email
            """,
            cancellation
        );
        return rows.ConvertAll(row => new ImportedUser
        {
            Origin = row.Id.ToString(),
            Id = row.Id,
            UserName = row.Email ?? "",
            Email = row.Email,
            FullName = row.Name ?? row.Email?.Split('@')[0],
            Role = Role.Attorney,
            Active = row.IsActive,
            CreatedAt = row.CreatedAt ?? DateTimeOffset.UnixEpoch,
        });
    }

    /// <inheritdoc />
    public Task<long> HighestNumberAsync(CancellationToken cancellation) => Task.FromResult(0L);

    private sealed record LeadDataRow
    {
        public required Guid Id { get; init; }
        public required string? FirstName { get; init; }
        public required string? LastName { get; init; }
        public required string? Email { get; init; }
        public required string? File { get; init; }
        public required string? Status { get; init; }
        public required Guid? ReachedOutBy { get; init; }
        public required Guid? AssignedTo { get; init; }
        public required DateTimeOffset CreatedAt { get; init; }
        public required DateTimeOffset? UpdatedAt { get; init; }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<SourceLead> LeadsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var (line, at, after) = (0L, DateTimeOffset.MinValue, Guid.Empty);
        while (true)
        {
            var rows = await _database.QueryAsync<LeadDataRow>(
                $"""
                select id::text::uuid id, first_name::text, last_name::text, email::text, status::text,
                    {Text(_leads, "resume_path", "resume_filename", "resume_url")} file,
                    {Id(_leads, "reached_out_by")} reached_out_by, {Id(
                    _leads,
                    "assigned_to",
                    "assigned_attorney_id",
                    "attorney_id"
                )} assigned_to,
                    {Instant(_leads, "created_at")} created_at, {Instant(_leads, "updated_at")} updated_at
                from leads where ({Instant(_leads, "created_at")}, id::text::uuid) > ($1, $2)
                order by {Instant(_leads, "created_at")}, id::text::uuid limit $3
                """,
                cancellation,
                Sql.Value(at),
                Sql.Value(after),
                Sql.Value(PageSize)
            );
            foreach (var row in rows)
                yield return new SourceLead
                {
                    Line = ++line,
                    Id = row.Id,
                    Identity = string.Create(CultureInfo.InvariantCulture, $"fastapi {row.Id} {row.CreatedAt:O}"),
                    FirstName = row.FirstName,
                    LastName = row.LastName,
                    Email = row.Email,
                    State = row.Status,
                    // "email_sent": the first email has gone out, which is what the firm's first contact is there.
                    Status = row.Status?.ToUpperInvariant() switch
                    {
                        "REGISTERED" or "PENDING" => LeadStatus.Registered,
                        "EMAIL_SENT" or "REACHED_OUT" => LeadStatus.ReachedOut,
                        _ => null,
                    },
                    ReachedOutBy = row.ReachedOutBy?.ToString(),
                    AssignedTo = (row.AssignedTo ?? row.ReachedOutBy)?.ToString(),
                    CreatedAt = row.CreatedAt,
                    UpdatedAt = row.UpdatedAt ?? row.CreatedAt,
                    File = string.IsNullOrWhiteSpace(row.File) ? null : row.File,
                };
            if (rows.Count < PageSize)
                yield break;
            (at, after) = (rows[^1].CreatedAt, rows[^1].Id);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static string Text(HashSet<string> there, params string[] names) =>
        names.FirstOrDefault(there.Contains) is { } name ? $"{name}::text" : "null::text";

    private static string Id(HashSet<string> there, params string[] names) =>
        names.FirstOrDefault(there.Contains) is { } name ? $"{name}::text::uuid" : "null::uuid";

    /// <summary>SQLAlchemy keeps times without a zone as UTC.</summary>
    private static string Instant(HashSet<string> there, string name) =>
        there.Contains(name)
            ? $"case when pg_typeof({name}) = 'timestamp'::regtype then {name}::text::timestamp at time zone 'UTC' else {name}::text::timestamptz end"
            : "null::timestamptz";
}
