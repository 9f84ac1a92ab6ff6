using System.Security.Claims;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Http;
using Anteroom.Live;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>A sign-in as its owner sees it.</summary>
/// <param name="Id">The session, or the family of refresh tokens.</param>
/// <param name="IsApi">To the JWT API; else to the pages.</param>
/// <param name="CreatedAt">When it began, UTC.</param>
/// <param name="SeenAt">When it was last used, UTC, to some minutes.</param>
/// <param name="UserAgent">The browser or program, as it calls itself.</param>
/// <param name="Address">Where it came from.</param>
/// <param name="IsOpen">It goes on.</param>
public sealed record SignInRow(
    Guid Id,
    bool IsApi,
    DateTimeOffset CreatedAt,
    DateTimeOffset SeenAt,
    string? UserAgent,
    string? Address,
    bool IsOpen
);

/// <summary>
/// Opens and ends sign-ins to the pages. The cookie is worth as much as the session's row: ended there, it opens nothing, on no node.
/// </summary>
public sealed class UserSessions(
    NpgsqlDataSource database,
    UserManager<User> users,
    IUserClaimsPrincipalFactory<User> principals,
    IOptions<JwtOptions> options,
    IOptions<FirmOptions> firm,
    Changes changes,
    RefreshTokens refreshTokens,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>A session ends after this long without a page that a person opened.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(12);

    /// <summary>For this long after password, code or passkey nobody is asked again before adding a passkey or second factor.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>How long ended sessions stay on the page of recent sign-ins.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private static readonly string StampClaim = new ClaimsIdentityOptions().SecurityStampClaimType;

    private static readonly TimeSpan SeenTo = TimeSpan.FromMinutes(5);

    /// <summary>Signs in: a new session, in place of the one that the browser may have had.</summary>
    public async Task OpenAsync(HttpContext context, User user, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(user);
        var (id, now, visitor) = (Guid.NewGuid(), time.GetUtcNow(), Visitor.Of(context));
        if (Of(context.User) is { } before)
            await EndAsync(before, cancellation);
        await RunAsync(
            """
            insert into user_sessions (id, user_id, stamp, created_at, seen_at, confirmed_at, user_agent, address)
            select $1, id, coalesce(security_stamp, ''), $3, $3, $3, $4, $5 from users where id = $2
            """,
            cancellation,
            Sql.Value(id),
            Sql.Value(user.Id),
            Sql.Value(now),
            Sql.Value(visitor.UserAgent),
            Sql.Value(visitor.Address)
        );
        KnownDevices.Remember(context, user);
        await context.SignOutAsync(IdentityConstants.TwoFactorUserIdScheme);
        await WriteCookieAsync(context, user, id);
    }

    /// <summary>Remembers for five minutes, in a cookie of its own, whose password was right and whose code is missing.</summary>
    public Task AskForCodeAsync(HttpContext context, User user)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(user);
        var half = new ClaimsIdentity(IdentityConstants.TwoFactorUserIdScheme);
        half.AddClaim(new Claim(ClaimTypes.Name, user.Id.ToString()));
        half.AddClaim(new Claim(StampClaim, user.SecurityStamp ?? ""));
        return context.SignInAsync(IdentityConstants.TwoFactorUserIdScheme, new ClaimsPrincipal(half));
    }

    /// <summary>Whose code is missing; null when nobody's is, the five minutes are over or the password is another by now.</summary>
    public async Task<User?> WhoseCodeAsync(HttpContext context)
    {
        var half = await context.AuthenticateAsync(IdentityConstants.TwoFactorUserIdScheme);
        return
            half.Principal?.FindFirstValue(ClaimTypes.Name) is { } id
            && await users.FindByIdAsync(id) is { Active: true } user
            && half.Principal.FindFirstValue(StampClaim) == (user.SecurityStamp ?? "")
            ? user
            : null;
    }

    /// <summary>Goes on after the user's security stamp has changed, which has ended all other sessions.</summary>
    public async Task RenewAsync(HttpContext context, User user, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(user);
        if (Of(context.User) is not { } id)
            return;
        var goesOn = await RunAsync(
            """
            update user_sessions set stamp = coalesce(security_stamp, '') from users
            where user_sessions.id = $1 and users.id = user_id and user_id = $2 and ended_at is null
            """,
            cancellation,
            Sql.Value(id),
            Sql.Value(user.Id)
        );
        if (goesOn > 0)
            await WriteCookieAsync(context, user, id);
    }

    /// <summary>Signs out: the session ends on the server, its streams with it, and the browser forgets cookie and cache.</summary>
    public async Task CloseAsync(HttpContext context, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (Of(context.User) is { } id && CurrentUser.From(context.User) is { } user)
        {
            await EndAsync(id, cancellation);
            await audit.WriteAsync(AuditKind.SignedIn, "signed out", by: user, cancellation: cancellation);
        }

        await context.SignOutAsync(Schemes.Cookie);
        context.Response.Headers["Clear-Site-Data"] = "\"cache\"";
    }

    /// <summary>Whether a session is open; what the cookie says of name and role may be older. One statement by primary keys.</summary>
    internal async Task<CurrentUser?> FindAsync(HttpContext context, Guid userId, string stamp, Guid session)
    {
        var now = time.GetUtcNow();
        var row = await database.QueryOneAsync<OpenRow>(
            """
            select users.id, user_name, full_name, role, language, time_zone, two_factor_enabled, seen_at
            from users join user_sessions session on session.id = $3 and user_id = users.id
            where users.id = $1 and security_stamp = $2 and active
                and ended_at is null and session.created_at > $4 and seen_at > $5
            """,
            context.RequestAborted,
            Sql.Value(userId),
            Sql.Value(stamp),
            Sql.Value(session),
            Sql.Value(now - options.Value.SessionLifetime),
            Sql.Value(now - Idle - SeenTo)
        );
        if (row is null)
            return null;
        // A page that only keeps itself fresh is nobody at work.
        if (now - row.SeenAt > SeenTo && !LiveRequests.AreFrom(context))
            await SeeAsync(session, now, context.RequestAborted);
        var user = new CurrentUserRow(row.Id, row.UserName, row.FullName, row.Role).User with
        {
            Language = WireName.TryParse(row.Language, out Language language) ? language : null,
            TimeZone = row.TimeZone,
        };
        if (!row.TwoFactorEnabled && firm.Value.AsksForSecondFactor(user.Role))
            SecondFactorDemand.Make(context);
        return user;
    }

    private async Task SeeAsync(Guid session, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            await RunAsync(
                "update user_sessions set seen_at = $2 where id = $1 and seen_at < $2 and ended_at is null",
                cancellation,
                Sql.Value(session),
                Sql.Value(now)
            );
        }
        catch (Exception outage) when (Outage.Is(outage))
        {
            // The page can be shown all the same, as while the database only reads.
        }
    }

    /// <summary>Whether the user has shown to be there within <see cref="Fresh"/>.</summary>
    public async Task<bool> IsFreshAsync(ClaimsPrincipal principal, CancellationToken cancellation) =>
        await database.QueryOneAsync<bool>(
            "select exists (select from user_sessions where id = $1 and confirmed_at > $2)",
            cancellation,
            Sql.Value(Of(principal) ?? Guid.Empty),
            Sql.Value(time.GetUtcNow() - Fresh)
        );

    /// <summary>The user has just given the password.</summary>
    public Task ConfirmAsync(ClaimsPrincipal principal, CancellationToken cancellation) =>
        RunAsync(
            "update user_sessions set confirmed_at = $2 where id = $1",
            cancellation,
            Sql.Value(Of(principal) ?? Guid.Empty),
            Sql.Value(time.GetUtcNow())
        );

    /// <summary>Where a user is signed in, and where they were in the last <see cref="Kept"/>, newest first; at most 50.</summary>
    public async Task<IReadOnlyList<SignInRow>> ListAsync(Guid userId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return await database.QueryAsync<SignInRow>(
            """
            select session.id, false as is_api, session.created_at, seen_at, user_agent, address,
                ended_at is null and stamp = coalesce(security_stamp, '') and session.created_at > $2 and seen_at > $3 as is_open
            from user_sessions session join users on users.id = user_id where user_id = $1
            union all
            select family, true, min(began_at), max(refresh_tokens.created_at), max(user_agent), max(address), true
            from refresh_tokens join users on users.id = user_id and coalesce(security_stamp, '') = stamp
            where user_id = $1 group by family having max(expires_at) filter (where used_at is null) > $4
            order by 7 desc, 3 desc limit 50
            """,
            cancellation,
            Sql.Value(userId),
            Sql.Value(now - options.Value.SessionLifetime),
            Sql.Value(now - Idle - SeenTo),
            Sql.Value(now)
        );
    }

    /// <summary>Ends a sign-in of this user, to the pages or the API, at once and on every node; false when it is not theirs.</summary>
    public async Task<bool> EndAsync(CurrentUser user, Guid id, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        if ((await ListAsync(user.Id, cancellation)).FirstOrDefault(one => one.Id == id && one.IsOpen) is not { } row)
            return false;
        if (row.IsApi)
            await refreshTokens.EndAsync(id, cancellation);
        else
            await EndAsync(id, cancellation);
        await audit.WriteAsync(
            AuditKind.SignedIn,
            $"ended their sign-in from {Visitor.Device(row.UserAgent)}, {row.Address}",
            by: user,
            cancellation: cancellation
        );
        return true;
    }

    /// <summary>Ends all sign-ins of a user but the one that asks.</summary>
    public async Task EndOthersAsync(CurrentUser user, Guid? keep, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(user);
        foreach (var row in await ListAsync(user.Id, cancellation))
            if (row.IsOpen && row.Id != keep)
                await EndAsync(user, row.Id, cancellation);
    }

    /// <summary>The session of a request's cookie; null when it has none.</summary>
    public static Guid? Of(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(CurrentUser.SessionClaim), out var session) ? session : null;

    private async Task EndAsync(Guid id, CancellationToken cancellation)
    {
        await RunAsync(
            "update user_sessions set ended_at = $2 where id = $1 and ended_at is null",
            cancellation,
            Sql.Value(id),
            Sql.Value(time.GetUtcNow())
        );
        await changes.EndSessionAsync(Wire(id), cancellation);
    }

    /// <summary>How many rows a statement changed.</summary>
    private async Task<int> RunAsync(string sql, CancellationToken cancellation, params NpgsqlParameter[] values)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddRange(values);
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task WriteCookieAsync(HttpContext context, User user, Guid id)
    {
        var principal = await principals.CreateAsync(user);
        ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim(CurrentUser.SessionClaim, Wire(id)));
        await context.SignInAsync(Schemes.Cookie, principal);
        context.User = principal;
    }

    private static string Wire(Guid id) => id.ToString("N");

    private sealed record OpenRow(
        Guid Id,
        string UserName,
        string FullName,
        string Role,
        string? Language,
        string? TimeZone,
        bool TwoFactorEnabled,
        DateTimeOffset SeenAt
    );
}
