using System.Globalization;
using System.Runtime.CompilerServices;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Leads;

namespace Anteroom.Admin;

/// <summary>
/// The lead application that was made with Django 4.2 and Django REST framework: <c>leads_lead</c>, <c>auth_user</c>,
/// <c>authtoken_token</c>. Numbers stay, so that programs find leads and users where they were.
/// </summary>
internal sealed class DjangoSystem : ISourceSystem
{
    private const int PageSize = 1_000;

    private readonly SourceDatabase _database;

    private DjangoSystem(SourceDatabase database) => _database = database;

    /// <summary>Opens its database.</summary>
    /// <exception cref="CannotStartException">It cannot be read, or is another one.</exception>
    public static async Task<DjangoSystem> OpenAsync(string connectionString, CancellationToken cancellation)
    {
        var database = await SourceDatabase.OpenAsync(connectionString, cancellation);
        try
        {
            await database.RequireAsync(
                "leads_lead",
                ["id", "first_name", "last_name", "email", "resume", "state", "created_at", "updated_at"],
                cancellation
            );
            await database.RequireAsync(
                "auth_user",
                ["id", "username", "email", "password", "is_active", "is_staff", "is_superuser", "date_joined"],
                cancellation
            );
            return new DjangoSystem(database);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public ImportKind Kind => ImportKind.Django;

    /// <inheritdoc />
    public string Name => _database.Name;

    private sealed record UserRow
    {
        public required long Id { get; init; }
        public required string Username { get; init; }
        public required string? Email { get; init; }
        public required string? FirstName { get; init; }
        public required string? LastName { get; init; }
        public required string? Password { get; init; }
        public required bool IsActive { get; init; }
        public required bool MayAdminister { get; init; }
        public required DateTimeOffset DateJoined { get; init; }
        public required string[] Tokens { get; init; }
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ImportedUser>> UsersAsync(CancellationToken cancellation)
    {
        // Without the token app, nobody has one.
        var tokens =
            (await _database.ColumnsAsync("authtoken_token", cancellation)).Count > 0
                ? "array(select key::text from authtoken_token where user_id = auth_user.id order by key)"
                : "'{}'::text[]";
        var rows = await _database.QueryAsync<UserRow>(
            $"""
            select id::bigint, username::text, email::text, first_name::text, last_name::text, password::text, is_active,
                is_staff or is_superuser may_administer, date_joined, {tokens} tokens
            from auth_user order by id
            """,
            cancellation
        );
        return rows.ConvertAll(row => new ImportedUser
        {
            Origin = string.Create(CultureInfo.InvariantCulture, $"{row.Id} {row.DateJoined:O}"),
            Number = row.Id,
            UserName = row.Username,
            Email = row.Email,
            FullName = $"{row.FirstName} {row.LastName}".Trim(),
            Role = row.MayAdminister ? Role.Administrator : Role.Attorney,
            Active = row.IsActive,
            // "!" and what follows it: no password at all.
            PasswordHash = row.Password is { Length: > 0 } hash && hash[0] != '!' ? hash : null,
            CreatedAt = row.DateJoined,
            Tokens = row.Tokens,
        });
    }

    /// <inheritdoc />
    public async Task<long> HighestNumberAsync(CancellationToken cancellation) =>
        (await _database.QueryAsync<long>("select coalesce(max(id), 0)::bigint from leads_lead", cancellation))[0];

    private sealed record LeadDataRow
    {
        public required long Id { get; init; }
        public required string? FirstName { get; init; }
        public required string? LastName { get; init; }
        public required string? Email { get; init; }
        public required string? Resume { get; init; }
        public required string? State { get; init; }
        public required DateTimeOffset CreatedAt { get; init; }
        public required DateTimeOffset UpdatedAt { get; init; }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<SourceLead> LeadsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var after = 0L;
        while (true)
        {
            var rows = await _database.QueryAsync<LeadDataRow>(
                """
                select id::bigint, first_name::text, last_name::text, email::text, resume::text, state::text, created_at, updated_at
                from leads_lead where id > $1 order by id limit $2
                """,
                cancellation,
                Sql.Value(after),
                Sql.Value(PageSize)
            );
            foreach (var row in rows)
                yield return new SourceLead
                {
                    Line = row.Id,
                    Number = row.Id,
                    Identity = string.Create(CultureInfo.InvariantCulture, $"django {row.Id} {row.CreatedAt:O}"),
                    FirstName = row.FirstName,
                    LastName = row.LastName,
                    Email = row.Email,
                    State = row.State,
                    Status = row.State switch
                    {
                        "PENDING" => LeadStatus.Registered,
                        "REACHED_OUT" => LeadStatus.ReachedOut,
                        _ => null,
                    },
                    CreatedAt = row.CreatedAt,
                    UpdatedAt = row.UpdatedAt,
                    File = string.IsNullOrWhiteSpace(row.Resume) ? null : row.Resume,
                };
            if (rows.Count < PageSize)
                yield break;
            after = rows[^1].Id;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
