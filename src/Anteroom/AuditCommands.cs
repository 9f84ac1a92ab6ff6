using System.Globalization;
using Anteroom.Admin;
using Anteroom.Audit;
using Anteroom.Host;
using Npgsql;

namespace Anteroom;

/// <summary>The commands of <c>./run</c> about the audit log. Each returns the exit code.</summary>
internal static class AuditCommands
{
    /// <summary>Holds the log, or a file of it, against its chain. 2: a line is not as it was.</summary>
    public static async Task<int> VerifyAsync(CommandLine line)
    {
        using var stop = new Commands.StopSignals();
        var heads = new List<(AuditHead Head, string Who)>();
        if (line.Head is { } given)
            heads.Add(
                (
                    AuditHead.Parse(given)
                        ?? throw new CannotStartException(
                            "--head needs what an earlier verification printed, such as 12:9f86d0…"
                        ),
                    "whoever wrote down --head"
                )
            );
        if (line.File is { } file)
        {
            if (!File.Exists(file))
                throw new CannotStartException($"There is no file {file}.");
            using var reader = new StreamReader(file);
            return Say(file, await AuditFile.VerifyAsync(reader, heads, stop.Token));
        }

        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        Commands.CheckSettings(app.Services);
        foreach (var backup in await app.Services.GetRequiredService<BackupFolder>().ListAsync(stop.Token))
            if (backup.Manifest.Audit is { Seq: > 0 } head)
                heads.Add((head, $"the backup {backup.Name}"));
        try
        {
            return Say(
                "The audit log",
                await app.Services.GetRequiredService<VerifyAudit>().RunAsync(heads, stop.Token)
            );
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            throw new CannotStartException(
                "The database has not this version's schema: ./run migrate, or start Anteroom.",
                error
            );
        }
    }

    /// <summary>Holds a certificate of erasure against the audit log. 2: it is not what was written.</summary>
    public static async Task<int> CheckCertificateAsync(CommandLine line)
    {
        using var stop = new Commands.StopSignals();
        if (!File.Exists(line.File))
            throw new CannotStartException($"There is no file {line.File}.");
        var document = await File.ReadAllBytesAsync(line.File, stop.Token);
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        Commands.CheckSettings(app.Services);
        await using var scope = app.Services.CreateAsyncScope();
        var problem = await scope
            .ServiceProvider.GetRequiredService<Certificates>()
            .ProblemOfAsync(document, stop.Token);
        Console.WriteLine(
            problem
                ?? "The certificate is genuine: its hash is in the audit log. ./run audit verify checks the log itself."
        );
        return problem is null ? 0 : 2;
    }

    private static int Say(string what, AuditVerdict verdict)
    {
        var (after, head, problem) = verdict;
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"{head.Seq - after.Seq:N0} lines, {after.Seq + 1} to {head.Seq}"
        );
        if (after.Seq > 0)
            figures += string.Create(
                CultureInfo.InvariantCulture,
                $"; those up to {after.Seq} were removed after the firm's retention period"
            );
        if (problem is not null)
        {
            Console.WriteLine($"BROKEN {problem}");
            Console.WriteLine($"Good before it: {figures}.");
            return 2;
        }

        Console.WriteLine($"{what} is as it was written: {(head.Seq == after.Seq ? "no lines" : figures)}.");
        Console.WriteLine($"Head: {head}");
        Console.WriteLine("Keep that line elsewhere: with --head, a later verification also finds a cut at the end.");
        return 0;
    }
}
