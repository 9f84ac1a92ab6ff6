using System.Globalization;
using Anteroom.Data;
using Anteroom.Schedule;
using Anteroom.Work;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// A backup that goes on all the time, of the private PostgreSQL: a base every day, the log every minute. Any moment since the oldest base
/// can be restored.
/// </summary>
public sealed class ContinuousBackup : IDisposable
{
    internal const string LateAlarm = "archive_late";
    internal const string GapAlarm = "archive_gap";

    private readonly WalArchive _archive;
    private readonly ArchiveWal _wal;
    private readonly MakeBase _base;
    private readonly BackupFolder _folder;
    private readonly NpgsqlDataSource _database;
    private readonly Alarms _alarms;
    private readonly Node _node;
    private readonly BackupOptions _options;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _bases = new(1, 1);
    private bool _hasBase;

    internal ContinuousBackup(
        WalArchive archive,
        ArchiveWal wal,
        MakeBase @base,
        BackupFolder folder,
        NpgsqlDataSource database,
        Alarms alarms,
        Node node,
        IOptions<BackupOptions> options,
        TimeProvider time
    ) =>
        (_archive, _wal, _base, _folder, _database, _alarms, _node, _options, _time) = (
            archive,
            wal,
            @base,
            folder,
            database,
            alarms,
            node,
            options.Value,
            time
        );

    /// <inheritdoc />
    public void Dispose() => _bases.Dispose();

    /// <summary>Why there is none; null when there is one.</summary>
    public string? WhyNot =>
        !_archive.IsOn ? "Off: Backup:Continuous is not set."
        : !_node.IsAlone
            ? "Not done by Anteroom: the database is on a PostgreSQL server. Use the server's own archiving (archive_command, or a tool such as pgBackRest); its administrator can restore any moment with it."
        : null;

    /// <summary>For the schedule: a new base; what is older than the firm keeps backups goes.</summary>
    public async Task<JobReport> RunAsync(CancellationToken cancellation)
    {
        if (WhyNot is { } why)
            return new JobReport(why);
        await HoldAsync(cancellation);
        var made = await MakeBaseAsync(cancellation);
        var (bases, segments) = await PruneAsync(cancellation);
        await LookForGapAsync(cancellation);
        return new JobReport(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Made the base {made.Name} in {_archive.Place.Where} ({made.Parts.Count:N0} parts). Deleted {bases:N0} old bases and {segments:N0} segments of the log."
            )
        );
    }

    /// <summary>Archives what was written since the last time; makes a base when there is none to begin from.</summary>
    internal async Task StepAsync(CancellationToken cancellation)
    {
        var held = await HoldAsync(cancellation);
        _hasBase = _hasBase && held || (held && (await _archive.BasesAsync(cancellation)).Count > 0);
        if (_hasBase)
            await _wal.RunAsync(cancellation);
        else
            await MakeBaseAsync(cancellation);
    }

    // A log that was not held until now has a gap, unless this is the first time.
    private async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        if (await _wal.HoldAsync(cancellation))
            return true;
        if (await _archive.BasesAsync(cancellation) is [var newest, ..])
            await GapAsync(AlarmTexts.In(AlarmTexts.BackupGapOfLog, newest.Name), cancellation);
        return false;
    }

    private async Task<ArchivedBase> MakeBaseAsync(CancellationToken cancellation)
    {
        await _bases.WaitAsync(cancellation);
        try
        {
            var made = await _base.RunAsync(_wal.RunUpToAsync, cancellation);
            // Whatever is missing is before it.
            await _alarms.EndAsync(GapAlarm, cancellation);
            return made;
        }
        finally
        {
            _bases.Release();
        }
    }

    /// <summary>Looks whether the log behind the newest base is whole; null, or the first segment that is missing.</summary>
    internal async Task<WalSegment?> LookForGapAsync(CancellationToken cancellation)
    {
        if (await _archive.BasesAsync(cancellation) is not [var newest, ..])
            return null;
        if (WalArchive.GapBehind(newest, await _archive.SegmentsAsync(cancellation)) is not { } gap)
            return null;
        await GapAsync(
            AlarmTexts.In(AlarmTexts.BackupGapOfSegment, gap, newest.Name, _archive.Place.Where),
            cancellation
        );
        return gap;
    }

    private Task GapAsync(string what, CancellationToken cancellation) =>
        _alarms.RaiseAsync(GapAlarm, AlarmTexts.In(AlarmTexts.BackupGap, what), cancellation);

    /// <summary>Deletes bases that are not needed for any moment of the last <c>Backup:KeepDays</c>, and the log and files before the oldest.</summary>
    private async Task<(int Bases, int Segments)> PruneAsync(CancellationToken cancellation)
    {
        var oldest = _time.GetUtcNow().AddDays(-_options.KeepDays);
        var bases = await _archive.BasesAsync(cancellation);
        // The newest that is older than all that is kept begins the oldest moment.
        var first = bases.Find(one => one.StoppedAt <= oldest) ?? bases[^1];
        var gone = bases
            .Where(one => string.CompareOrdinal(one.Name, first.Name) < 0)
            .Select(one => one.Folder)
            .ToHashSet(StringComparer.Ordinal);
        var known = bases.Select(one => one.Folder).ToHashSet(StringComparer.Ordinal);
        await foreach (var found in _archive.Place.ListAsync("bases/", cancellation))
        {
            var folder = found.Name[..(found.Name.LastIndexOf('/') + 1)];
            // Those that were never finished as well.
            if (gone.Contains(folder) || (!known.Contains(folder) && found.At < first.StartedAt))
                await _archive.Place.DeleteAsync(found.Name, cancellation);
        }

        var segments = 0;
        var needed = WalSegment.Parse(first.StartSegment)!;
        foreach (var segment in await _archive.SegmentsAsync(cancellation))
            if (segment.Order(needed) < 0)
            {
                await _archive.Place.DeleteAsync(WalArchive.Wal + segment, cancellation);
                segments++;
            }

        await PruneFilesAsync(bases.Where(one => !gone.Contains(one.Folder)).ToList(), first, cancellation);
        return (gone.Count, segments);
    }

    /// <summary>Deletes files that were erased before the oldest moment that can be restored.</summary>
    private async Task PruneFilesAsync(List<ArchivedBase> kept, ArchivedBase first, CancellationToken cancellation)
    {
        // The pool of ordinary backups is the same in a folder.
        if (await _folder.NamedAsync(cancellation) is not { } named)
            return;
        foreach (var one in kept)
            named.UnionWith(await _archive.FilesOfAsync(one, cancellation));
        named.UnionWith(await _database.QueryAsync<string>("select storage_key from kept_files", cancellation));
        var files = new List<Archived>();
        await foreach (var found in _archive.Place.ListAsync(FolderArchive.Files, cancellation))
            files.Add(found);
        foreach (var file in files)
            if (file.At < first.StartedAt && !named.Contains(file.Name[FolderArchive.Files.Length..]))
                await _archive.Place.DeleteAsync(file.Name, cancellation);
    }
}

/// <summary>Archives every minute.</summary>
internal sealed partial class KeepArchiving(
    ContinuousBackup backup,
    WalArchive archive,
    ArchiveWal wal,
    Node node,
    Alarms alarms,
    IOptions<BackupOptions> options,
    TimeProvider time,
    ILogger<KeepArchiving> logger
) : BackgroundService
{
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (backup.WhyNot is { } why)
            {
                if (archive.IsOn)
                    NotHere(logger, why);
                else if (node.IsAlone)
                    await TryAsync(() => wal.ReleaseAsync(stoppingToken)); // it was on before
                return;
            }

            await KeepAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested) { }
    }

    private async Task KeepAsync(CancellationToken cancellation)
    {
        foreach (var left in Directory.EnumerateFiles(archive.Scratch))
            File.Delete(left);
        var good = time.GetUtcNow();
        var isLate = true; // an alarm of an earlier start ends with the first success
        while (true)
        {
            try
            {
                await backup.StepAsync(cancellation);
                good = time.GetUtcNow();
                if (isLate)
                    await alarms.EndAsync(ContinuousBackup.LateAlarm, cancellation);
                isLate = false;
            }
            catch (WalGapException gap)
            {
                Failed(logger, gap.Message);
                await TryAsync(() => wal.ReleaseAsync(cancellation)); // the next step begins anew, and says so
            }
            catch (Exception error)
                when (error is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                Failed(logger, error.Message);
                if (time.GetUtcNow() - good > Late && !isLate)
                {
                    isLate = true;
                    await alarms.RaiseAsync(
                        ContinuousBackup.LateAlarm,
                        AlarmTexts.In(AlarmTexts.BackupLate, archive.Place.Where, error.Message),
                        cancellation
                    );
                }
            }

            await Task.Delay(options.Value.ContinuousEvery, time, cancellation);
        }
    }

    private async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception error) when (error is NpgsqlException or IOException)
        {
            Failed(logger, error.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "There is no continuous backup here. {Why}")]
    private static partial void NotHere(ILogger logger, string why);

    [LoggerMessage(2, LogLevel.Warning, "The continuous backup could not go on: {Reason}")]
    private static partial void Failed(ILogger logger, string reason);
}
