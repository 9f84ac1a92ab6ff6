using Npgsql;

namespace Anteroom.Data;

/// <summary>How sessions with the database are opened, and what the server does with those whose process no longer moves.</summary>
internal static class Sessions
{
    /// <summary>
    /// A transaction whose process says nothing for so long is ended by the server, and lets go of its locks: a frozen node must not
    /// stop the others.
    /// </summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(8);

    /// <summary>Whoever waits for a lock outlasts <see cref="LongestSilence"/>, and gives up before the command does.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(12);

    // No statement of ours runs as long as it takes to compile it.
    private static readonly string Settings = FormattableString
        .Invariant(
            $"""
            -c idle_in_transaction_session_timeout={LongestSilence.TotalMilliseconds} -c lock_timeout={LongestWait.TotalMilliseconds}
            -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2 -c jit=off
            """
        )
        .ReplaceLineEndings(" ");

    /// <summary>What the connection string leaves open. What it says itself stands.</summary>
    public static string WithDefaults(string connectionString)
    {
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var defaults = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "anteroom",
            Timezone = "UTC",
            Timeout = 5,
            CommandTimeout = 15,
            MaxPoolSize = 40,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 3,
            NoResetOnClose = true, // no session state is ever changed
            HostRecheckSeconds = 1, // of several servers: who was a standby a moment ago may be the primary
            Options = Settings,
        };
        if (given.Host?.StartsWith('/') is not true) // the keepalive of a Unix socket is its kernel
        {
            // A server or a network that vanishes without a word is missed after 15 seconds.
            defaults.TcpKeepAlive = true;
            defaults.TcpKeepAliveTime = 5;
            defaults.TcpKeepAliveInterval = 5;
        }

        foreach (var key in defaults.Keys)
            if (!given.ShouldSerialize(key))
                given[key] = defaults[key];
        return given.ConnectionString;
    }

    /// <summary>Sessions with the one server of several (<c>Host=a:5432,b:5432</c>) that takes writes, whichever it is by now.</summary>
    public static NpgsqlDataSource BuildForWriting(this NpgsqlDataSourceBuilder source) =>
        source.ConnectionStringBuilder.Host?.Contains(',', StringComparison.Ordinal) is true
            ? source.BuildMultiHost().WithTargetSession(TargetSessionAttributes.ReadWrite)
            : source.Build();

    /// <summary>
    /// A session that may only read is refused at the door. In the pool it would keep that from a moment of
    /// <c>default_transaction_read_only</c> (an operator's, or a failover's) long after the database can be written again. The server says so
    /// by itself when a session begins, from version 14 on.
    /// </summary>
    public static void RefuseReadOnly(NpgsqlConnection connection)
    {
        if (IsReadOnly(connection))
            throw new PostgresException(
                "the database is read-only",
                "ERROR",
                "ERROR",
                PostgresErrorCodes.ReadOnlySqlTransaction
            );
    }

    public static bool IsReadOnly(NpgsqlConnection connection) =>
        connection.PostgresParameters.GetValueOrDefault("default_transaction_read_only") is "on"
        || connection.PostgresParameters.GetValueOrDefault("in_hot_standby") is "on";

    /// <summary>
    /// For a transaction that holds no lock while it waits for something outside the database: until <see cref="EndSilenceAsync"/> it may be silent
    /// for so long. Otherwise the server ends it after <see cref="LongestSilence"/>, and with it what was waited for.
    /// </summary>
    public static async Task AllowSilenceAsync(
        this NpgsqlConnection connection,
        TimeSpan longest,
        CancellationToken cancellation
    ) => await BoundSilenceAsync(connection, longest + LongestWait, cancellation);

    /// <summary>Before it takes locks again.</summary>
    public static async Task EndSilenceAsync(this NpgsqlConnection connection, CancellationToken cancellation) =>
        await BoundSilenceAsync(connection, LongestSilence, cancellation);

    private static async Task BoundSilenceAsync(
        NpgsqlConnection connection,
        TimeSpan longest,
        CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(
            FormattableString.Invariant(
                $"set local idle_in_transaction_session_timeout = {(long)longest.TotalMilliseconds}"
            ),
            connection
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>For a transaction that takes its time, as a backup's: until its end it may be silent, and wait for locks.</summary>
    public static async Task TakeTimeAsync(this NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "set local idle_in_transaction_session_timeout = 0; set local lock_timeout = 0",
            connection
        );
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
