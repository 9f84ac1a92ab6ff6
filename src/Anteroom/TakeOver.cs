using Anteroom.Data;
using Anteroom.Host;
using Anteroom.Postgres;

namespace Anteroom;

/// <summary>
/// A start that takes over from the Anteroom that runs (<c>--take-over</c>). On a database server both serve until the new one is ready.
/// A private database has one process at a time: the new one does beforehand what it can, settings and the reading of the schema included,
/// so that little is left to do once the old one is gone. Whoever connects meanwhile waits.
/// </summary>
internal static class TakeOver
{
    /// <summary>Finds the process that runs and gets its sockets; with a private database, has it stop.</summary>
    /// <returns>Null when there is none: then this is a start like any other.</returns>
    /// <exception cref="CannotStartException">This version cannot start with these settings, so the other goes on.</exception>
    public static async Task<Predecessor?> BeginAsync(CommandLine line, CancellationToken cancellation)
    {
        if (!OperatingSystem.IsLinux())
            throw new CannotStartException("--take-over works on Linux only.");
        using var data = DataFolder.Open(line.Data);
        var previous = Predecessor.Find(data, line.Port ?? Installation.UsualPort);
        if (previous is null)
            return null;
        try
        {
            if (await RehearseAsync(line, data, cancellation))
                previous.Stop();
            return previous;
        }
        catch
        {
            previous.Dispose();
            throw;
        }
    }

    /// <summary>Puts the product together on the private database of the other, which finds what is wrong and has the code compiled.</summary>
    /// <returns>False on a database server, where there is nothing to make room for.</returns>
    private static async Task<bool> RehearseAsync(CommandLine line, DataFolder data, CancellationToken cancellation)
    {
        if (Installation.NamesServer() || EmbeddedPostgres.FindRunning(data) is not { } running)
            return false;
        await using var installation = await Installation.OpenAsync(
            line,
            new Dictionary<string, string?>(StringComparer.Ordinal) { [Installation.DatabaseKey] = running },
            cancellation
        );
        await using var app = App.Build(installation);
        Commands.CheckSettings(app.Services);
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<MigrateDatabase>().PendingAsync(cancellation);
        return true;
    }
}
