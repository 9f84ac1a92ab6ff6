using System.Globalization;
using System.Runtime.CompilerServices;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Anteroom.Resumes;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What was found of one part.</summary>
/// <param name="What">The part.</param>
/// <param name="Words">How it is.</param>
/// <param name="Help">What to do about it; null when it is well.</param>
internal sealed record Finding(string What, string Words, string? Help = null);

/// <summary>
/// Looks at everything that Anteroom stands on: database, stores, every resume file, mail server, clock, disk. Changes nothing but for a
/// file in each store that it removes again.
/// </summary>
internal sealed class Doctor(
    NpgsqlDataSource database,
    AnteroomDb db,
    FileStores stores,
    ExamineFiles files,
    RemoveOrphans orphans,
    IMailTransport mail,
    KeepSettings settings,
    BackupFolder backups,
    VerifyBackup verify,
    DataFolder data
)
{
    private const long LeastFree = 1L << 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan OldBackup = TimeSpan.FromDays(2);
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);

    /// <summary>Looks, part after part.</summary>
    /// <param name="fast">Measures files instead of reading them.</param>
    /// <param name="cancellation">Stops.</param>
    public async IAsyncEnumerable<Finding> RunAsync(bool fast, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var schema = await TryAsync(
            "Database",
            () => SchemaAsync(cancellation),
            "Check POSTGRES_HOST, and that the server runs."
        );
        yield return schema;
        var isUsable = schema.Help is null;
        if (isUsable)
            yield return await TryAsync("Clock", () => ClockAsync(cancellation), "Check the database.");
        foreach (var store in stores.All)
            yield return await TryAsync(
                store.Name == stores.First.Name ? "Store" : "Other store",
                async () =>
                {
                    await store.TryOutAsync(cancellation);
                    return new("Store", $"{store.Where} can be written.");
                },
                "Check that the disk is mounted and has room, or that the service of the bucket answers and the key has its rights."
            );
        if (isUsable)
        {
            yield return await TryAsync(
                "Resume files",
                () => files.RunAsync(fast, cancellation),
                "Make the store readable, then look again."
            );
            yield return await TryAsync(
                "Files without a lead",
                () => StraysAsync(cancellation),
                "Make the store readable, then look again."
            );
        }

        yield return await TryAsync(
            "Backups",
            () => BackupsAsync(fast, cancellation),
            "Make the folder of backups readable, and set the keys that they were encrypted with."
        );
        yield return await TryAsync(
            "Mail",
            async () =>
            {
                // The server may be set on the page.
                if (isUsable)
                    await settings.RefreshAsync(cancellation);
                return await MailAsync(cancellation);
            },
            "Check the mail server on /admin/settings, or Mail:Host, Mail:Port, Mail:User and Mail:Password; mail waits meanwhile."
        );
        yield return Disk();
    }

    private async Task<Finding> SchemaAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancellation)).ToHashSet(StringComparer.Ordinal);
        var server = $"PostgreSQL {connection.PostgreSqlVersion}, database {connection.Database}";
        if (applied.Except(known, StringComparer.Ordinal).Max(StringComparer.Ordinal) is { } newer)
            return new("", $"{server}, has a newer schema ({newer}).", "Run the newer version of Anteroom.");
        return known.Except(applied, StringComparer.Ordinal).ToList() is { Count: > 0 } pending
            ? new("", $"{server}, lacks {pending.Count} migrations.", "Run ./run migrate, or start Anteroom.")
            : new("", $"{server}, has this version's schema ({known.Max(StringComparer.Ordinal)}).");
    }

    private async Task<Finding> ClockAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select clock_timestamp()");
        var theirs = (DateTime)(await command.ExecuteScalarAsync(cancellation))!;
        var off = (TimeProvider.System.GetUtcNow().UtcDateTime - theirs).Duration();
        var words = string.Create(CultureInfo.InvariantCulture, $"{off.TotalSeconds:N1} seconds from the database's.");
        return off > ClockTolerance
            ? new(
                "",
                words,
                "Let both machines set their clocks by the same time server (NTP). Codes of second factors and tokens go by it."
            )
            : new("", words);
    }

    private async Task<Finding> StraysAsync(CancellationToken cancellation)
    {
        var count = await orphans.CountAsync(cancellation);
        return new(
            "",
            string.Create(CultureInfo.InvariantCulture, $"{count:N0} older than a day; the daily job deletes them.")
        );
    }

    /// <summary>The newest one: how old it is, and unless in a hurry, whether each of its files is as it was made.</summary>
    private async Task<Finding> BackupsAsync(bool fast, CancellationToken cancellation)
    {
        if (await backups.ListAsync(cancellation) is not [var newest, ..])
            return new("", $"there is none in {backups.Path} yet; the first is made at night, or by ./run backup.");
        var words = $"the newest of those in {backups.Path} is {newest.Name}";
        if (TimeProvider.System.GetUtcNow() - newest.Manifest.MadeAt > OldBackup)
            return new(
                "",
                $"{words}, which is more than two days old.",
                "Look at the runs of Backup on /admin/schedule, and make one with ./run backup."
            );
        if (fast)
            return new("", $"{words} (not read).");
        var problems = new List<string>();
        await foreach (var problem in verify.ProblemsAsync(newest.Path, newest.Manifest, cancellation))
            problems.Add(problem);
        return problems is [var first, ..]
            ? new(
                "",
                string.Create(CultureInfo.InvariantCulture, $"{words}. {first} ({problems.Count:N0} problems)"),
                "Make another with ./run backup; ./run backup verify names every file. See whether the disk is failing."
            )
            : new("", $"{words}; every file is as it was made.");
    }

    private async Task<Finding> MailAsync(CancellationToken cancellation)
    {
        await using var line = await mail.ConnectAsync(cancellation);
        return new("", "the mail server (or the folder for mail) takes mail; nothing was sent.");
    }

    private Finding Disk()
    {
        var free = new DriveInfo(data.Path).AvailableFreeSpace;
        var words = $"{FileSize.Of(free)} free for {data.Path}.";
        return new(
            "Disk",
            words,
            free < LeastFree ? "Make room: delete old backups or logs, or enlarge the disk." : null
        );
    }

    private static async Task<Finding> TryAsync(string what, Func<Task<Finding>> look, string help)
    {
        try
        {
            return await look() with { What = what };
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return new(what, "cannot be told without this version's schema.", "Run ./run migrate, or start Anteroom.");
        }
        catch (Exception error)
            when (error
                    is StorageUnavailableException
                        or MailException
                        or IOException
                        or UnauthorizedAccessException
                        or TimeoutException
                        or NpgsqlException
                        or System.Net.Sockets.SocketException
            )
        {
            return new(what, error.Message, help);
        }
    }
}
