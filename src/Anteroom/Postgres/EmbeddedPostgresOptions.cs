namespace Anteroom.Postgres;

/// <summary>How the private PostgreSQL is run. Section <c>Database</c>. Nothing needs to be set.</summary>
public sealed class EmbeddedPostgresOptions
{
    /// <summary>
    /// Folder with PostgreSQL's <c>bin</c>, <c>lib</c> and <c>share</c>. Null: <c>postgres</c> beside the app, else the npm package
    /// in the nearest <c>node_modules</c> above the app.
    /// </summary>
    public string? Binaries { get; set; }

    /// <summary>
    /// The user who runs PostgreSQL when Anteroom runs as root (PostgreSQL refuses root). Null: <c>anteroom-db</c>, created
    /// when missing. Ignored when Anteroom runs as a normal user.
    /// </summary>
    public string? SystemUser { get; set; }

    /// <summary>How long open transactions may take to end at a stop before the database stops the hard way. Nothing committed is lost either way.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Everything else on the machine goes first. For servers that only try something.</summary>
    internal bool IsGentle { get; set; }

    /// <summary>More server settings, by PostgreSQL's own names; they win over Anteroom's.</summary>
    public IDictionary<string, string> Settings { get; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
