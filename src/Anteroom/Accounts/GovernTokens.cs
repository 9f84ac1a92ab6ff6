using Anteroom.Audit;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>A token as administrators see it.</summary>
public sealed record TokenRow
{
    /// <summary>Its name in addresses: the token's id, or the family of a sign-in.</summary>
    public required Guid Id { get; init; }

    /// <summary>A sign-in of the JWT API, which renews itself; else a token of the Django-style API.</summary>
    public required bool IsSession { get; init; }

    /// <summary>Whose it is.</summary>
    public required Guid UserId { get; init; }

    /// <summary>The user's number.</summary>
    public required long UserNumber { get; init; }

    /// <summary>What the user is called.</summary>
    public required string UserName { get; init; }

    /// <summary>What it is for; null when a program asked for it itself.</summary>
    public required string? Name { get; init; }

    /// <summary>When it was given out, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last used, UTC; null: never.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>Until when it is good, UTC; null: until it is revoked.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>Somebody who can have a token.</summary>
public sealed record TokenOwner(long Number, string FullName, Role Role);

/// <summary>What became of a wish for a token.</summary>
public abstract record CreateTokenResult
{
    private CreateTokenResult() { }

    /// <summary>Made. It cannot be read back.</summary>
    public sealed record Created(string Token, TokenOwner Owner, DateTimeOffset? ExpiresAt) : CreateTokenResult;

    /// <summary>Nothing was made. Fields: <c>user</c>, <c>name</c>, <c>days</c>.</summary>
    public sealed record Invalid(FieldErrors Errors) : CreateTokenResult;
}

/// <summary>What administrators do with the tokens of everybody.</summary>
public sealed class GovernTokens(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    /// <summary>Tokens on the page, at most.</summary>
    public const int Most = 500;

    private const int LongestName = 100;
    private const int MostDays = 3_650;

    /// <summary>All that are good, those used last first, and one more than <see cref="Most"/> when there are more. One statement.</summary>
    public async Task<IReadOnlyList<TokenRow>> ListAsync(CancellationToken cancellation)
    {
        return await database.QueryAsync<TokenRow>(
            """
            select * from (
                select api_tokens.id, false as is_session, users.id as user_id, number as user_number, full_name as user_name,
                    name, api_tokens.created_at, last_used_at, expires_at
                from api_tokens join users on users.id = user_id where expires_at is null or expires_at > $1
                union all
                select family, true, users.id, number, full_name, null, min(refresh_tokens.created_at),
                    max(refresh_tokens.created_at), max(expires_at)
                from refresh_tokens join users on users.id = user_id and coalesce(security_stamp, '') = stamp
                group by family, users.id having max(expires_at) filter (where used_at is null) > $1
            ) tokens
            order by coalesce(last_used_at, created_at) desc, id limit $2
            """,
            cancellation,
            Sql.Value(time.GetUtcNow()),
            Sql.Value(Most + 1)
        );
    }

    private sealed record OwnerRow(long Number, string FullName, string Role);

    /// <summary>Whom a token can be made for: everybody active.</summary>
    public async Task<IReadOnlyList<TokenOwner>> OwnersAsync(CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<OwnerRow>(
            "select number, full_name, role from users where active and not sample order by full_name, number",
            cancellation
        );
        return rows.ConvertAll(row => new TokenOwner(row.Number, row.FullName, WireName.Parse<Role>(row.Role)));
    }

    /// <summary>Makes a token of the Django-style API for a user.</summary>
    /// <param name="user">The user's number, as typed.</param>
    /// <param name="name">What it is for.</param>
    /// <param name="days">How many days it is good, as typed; empty: until it is revoked.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<CreateTokenResult> CreateAsync(
        string? user,
        string? name,
        string? days,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        var owner = (await OwnersAsync(cancellation)).FirstOrDefault(owner => $"{owner.Number}" == user?.Trim());
        if (owner is null)
            errors.Add("user", "Please choose a user.");
        name = (name ?? "").Trim();
        if (name.Length == 0)
            errors.Add("name", "Please say what it is for, as \"Website form\".");
        else if (name.Length > LongestName)
            errors.Add("name", $"This can have at most {LongestName} characters.");
        else if (name.Any(char.IsControl))
            errors.Add("name", "This must be one line.");
        int? life = null;
        if (!string.IsNullOrWhiteSpace(days))
        {
            if (
                int.TryParse(days.Trim(), System.Globalization.NumberStyles.None, null, out var number)
                && number is >= 1 and <= MostDays
            )
                life = number;
            else
                errors.Add("days", $"Please enter days, from 1 to {MostDays}, or leave it empty for no end.");
        }

        if (!errors.IsEmpty)
            return new CreateTokenResult.Invalid(errors);

        var now = Sql.Instant(time.GetUtcNow());
        DateTimeOffset? expires = life is { } end ? now.AddDays(end) : null;
        var (token, hash) = ApiTokens.New();
        await using var batch = database.CreateBatch();
        batch.Add(
            """
            insert into api_tokens (hash, user_id, created_at, name, expires_at)
            select $1, id, $3, $4, $5 from users where number = $2
            """,
            Sql.Value(hash),
            Sql.Value(owner!.Number),
            Sql.Value(now),
            Sql.Value(name),
            Sql.Value(expires)
        );
        audit.Write(
            batch,
            AuditKind.TokenCreated,
            $"made the API token “{name}” for {owner.FullName}{(life is null ? "" : $", good for {life} days")}",
            $"user:{owner.Number}"
        );
        await batch.ExecuteNonQueryAsync(cancellation);
        return new CreateTokenResult.Created(token, owner, expires);
    }

    /// <summary>Makes a token, or a sign-in with all its tokens, useless at once; false when there was none.</summary>
    public async Task<bool> RevokeAsync(Guid id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await TakeTurnsAsync(
            connection,
            "select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0))",
            Sql.Value(id),
            cancellation
        );
        string? what;
        await using (
            var command = new NpgsqlCommand(
                """
                with token as (delete from api_tokens where id = $1 returning user_id, coalesce(name, 'without a name') as name),
                session as (delete from refresh_tokens where family = $1 returning user_id)
                select format('the API token “%s” of %s', name, full_name) from token join users on users.id = user_id
                union all
                select format('a sign-in of %s to the API', full_name) from session join users on users.id = user_id
                """,
                connection
            )
        )
        {
            command.Parameters.Add(Sql.Value(id));
            what = (string?)await command.ExecuteScalarAsync(cancellation);
        }

        if (what is null)
            return false;
        await WriteAsync(connection, $"revoked {what}", null, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private sealed record RevokedRow(string FullName, long Revoked);

    /// <summary>Makes everything useless that opens the APIs for a user; how many there were, or null when there is no such user.</summary>
    public async Task<int?> RevokeAllAsync(long user, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await TakeTurnsAsync(
            connection,
            $"""
            {RefreshTokens.TakeTurns} from (
                select distinct family from refresh_tokens join users on users.id = user_id where number = $1 order by family
            ) families
            """,
            Sql.Value(user),
            cancellation
        );
        var row = await connection.QueryOneAsync<RevokedRow>(
            """
            with whose as (select id, full_name from users where number = $1),
            tokens as (delete from api_tokens using whose where user_id = whose.id returning 1),
            sessions as (delete from refresh_tokens using whose where user_id = whose.id returning family)
            select full_name, (select count(*) from tokens) + (select count(distinct family) from sessions) as revoked from whose
            """,
            cancellation,
            Sql.Value(user)
        );
        if (row is not var (name, revoked))
            return null;

        if (revoked > 0)
        {
            await WriteAsync(
                connection,
                $"revoked everything that opens the API for {name}",
                $"user:{user}",
                cancellation
            );
            await transaction.CommitAsync(cancellation);
        }

        return (int)revoked;
    }

    /// <summary>Exchanges of these sign-ins wait, so that none slips past the end.</summary>
    private static async Task TakeTurnsAsync(
        NpgsqlConnection connection,
        string sql,
        NpgsqlParameter whose,
        CancellationToken cancellation
    )
    {
        await using var turns = new NpgsqlCommand(sql, connection) { Parameters = { whose } };
        await turns.ExecuteNonQueryAsync(cancellation);
    }

    private async Task WriteAsync(
        NpgsqlConnection connection,
        string summary,
        string? subject,
        CancellationToken cancellation
    )
    {
        await using var batch = connection.CreateBatch();
        audit.Write(batch, AuditKind.TokenRevoked, summary, subject);
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
