using Npgsql;

namespace Anteroom.Host;

/// <summary><c>DATABASE_URL</c> as Django and SQLAlchemy deployments write it: <c>postgres://user:password@host:5432/name?sslmode=require</c>.</summary>
internal static class DatabaseUrl
{
    /// <summary>The same for Npgsql.</summary>
    /// <param name="url">The address.</param>
    /// <param name="what">What messages call it.</param>
    /// <exception cref="CannotStartException">It is no address of a PostgreSQL server; the message does not repeat the password.</exception>
    public static string ToConnectionString(string url, string what = "DATABASE_URL")
    {
        // SQLAlchemy names its driver: postgresql+asyncpg://
        if (
            !Uri.TryCreate(url, UriKind.Absolute, out var address)
            || address.Scheme.Split('+')[0] is not ("postgres" or "postgresql")
            || address.Host.Length == 0
            // A # in a password: what comes after it would not count, and what comes before it would be the server.
            || address.Fragment.Length > 0
        )
            throw new CannotStartException(
                $"{what} has to be the address of a PostgreSQL server, as postgres://user:password@host:5432/database. Signs such as @ : / ? # and % in the password are written %40 %3A %2F %3F %23 and %25."
            );
        var user = address.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = address.Host.Trim('[', ']'),
            Port = address.Port > 0 ? address.Port : 5432,
            Database = Uri.UnescapeDataString(address.AbsolutePath.Trim('/')) is { Length: > 0 } name
                ? name
                : "anteroom",
            Username = user[0].Length > 0 ? Uri.UnescapeDataString(user[0]) : "postgres",
        };
        if (user.Length == 2)
            builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            if (pair.Split('=', 2) is ["sslmode" or "ssl", var mode])
                builder.SslMode = Enum.TryParse<SslMode>(
                    mode.Replace("-", "", StringComparison.Ordinal),
                    true,
                    out var known
                )
                    ? known
                    : throw new CannotStartException(
                        $"{what} has sslmode={mode}; it has to be disable, allow, prefer, require, verify-ca or verify-full."
                    );
        return builder.ConnectionString;
    }
}
