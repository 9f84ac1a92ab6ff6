using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Anteroom.Firm;
using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>No text came back: the reading process has died of the file, or was ended because it took too long.</summary>
internal sealed class CannotReadException(string message) : Exception(message);

/// <summary>
/// Reads the text of resumes in a process of its own, with bounds on its memory and time: no file, whatever a library does with it, can take
/// more from Anteroom than one attempt. The process is the same program (<see cref="ReadingCommand"/>); it stays for the next file, and
/// goes when there was none for a while.
/// </summary>
internal sealed class ReadingProcess(IOptions<ReadingOptions> options, IOptions<FirmOptions> firm, TimeProvider time)
    : IAsyncDisposable
{
    /// <summary>Then a new one is started, so that nothing adds up.</summary>
    private const int MostFiles = 500;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private Process? _process;
    private int _files;
    private ITimer? _end;

    /// <summary>The text of a file; null when it has none.</summary>
    /// <exception cref="CannotReadException">The file is too much for us.</exception>
    public async Task<FoundText?> ReadAsync(
        Stream content,
        ResumeType type,
        string? encoding,
        CancellationToken cancellation
    )
    {
        var file = await ResumeText.CopyAsync(content, cancellation);
        await _turn.WaitAsync(cancellation);
        try
        {
            return await AskAsync(file, type, encoding, cancellation);
        }
        finally
        {
            _end?.Dispose();
            _end = time.CreateTimer(_ => EndIdle(), null, Idle, Timeout.InfiniteTimeSpan);
            _turn.Release();
        }
    }

    private async Task<FoundText?> AskAsync(
        byte[] file,
        ResumeType type,
        string? encoding,
        CancellationToken cancellation
    )
    {
        if (_process is null or { HasExited: true } || _files >= MostFiles)
            Restart();
        _files++;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.Timeout);
        try
        {
            var name = Encoding.ASCII.GetBytes(encoding ?? "");
            await ReadingCommand.WriteAsync(
                _process!.StandardInput.BaseStream,
                [(byte)type, .. Encoding.ASCII.GetBytes(firm.Value.Region), (byte)name.Length, .. name],
                file,
                limit.Token
            );
            return await ReadingCommand.ReadAsync(_process.StandardOutput.BaseStream, limit.Token) switch
            {
                [] => throw new CannotReadException(
                    "The reading process has ended: the file asks for too much memory."
                ),
                [0, ..] => null,
                [_, .. var found] => Parse(Encoding.UTF8.GetString(found)),
            };
        }
        catch (Exception error)
        {
            End();
            if (error is OperationCanceledException && !cancellation.IsCancellationRequested)
                throw new CannotReadException(
                    $"The text was not found within {options.Value.Timeout.TotalSeconds:0} seconds."
                );
            if (error is IOException)
                throw new CannotReadException("The reading process has ended: the file asks for too much memory.");
            throw;
        }
    }

    private static FoundText Parse(string found)
    {
        var parts = found.Split('\n', 3);
        return new(parts[2], parts[0].Length == 0 ? null : parts[0], parts[1]);
    }

    private void Restart()
    {
        End();
        _files = 0;
        var memory = options.Value.MaxMemory;
        _process = LimitedProgram.Start(
            // All files together: the time for each is kept by the clock.
            seconds: MostFiles * (int)Math.Ceiling(options.Value.Timeout.TotalSeconds),
            // Address space is no measure of what a program of .NET uses; its heap has a limit of its own.
            kilobytes: 0,
            blocks: 0,
            [
                new("DOTNET_GCHeapHardLimit", memory.ToString("X", CultureInfo.InvariantCulture)),
                new("DOTNET_gcServer", "0"),
                new("DOTNET_gcConcurrent", "0"),
                new("DOTNET_EnableDiagnostics", "0"),
                new("DOTNET_DbgEnableMiniDump", "0"),
                // It would want a file for the code that it makes, and may write none.
                new("DOTNET_EnableWriteXorExecute", "0"),
                new("DOTNET_ROOT", Root),
            ],
            [.. Program, ReadingCommand.Name]
        );
    }

    private void EndIdle()
    {
        if (!_turn.Wait(0))
            return; // it is needed
        End();
        _turn.Release();
    }

    private void End()
    {
        if (_process is { } process)
            LimitedProgram.End(process);
        _process = null;
    }

    /// <summary>The folder of .NET: three above that of its library.</summary>
    private static string Root => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    private static string Library => Path.Combine(AppContext.BaseDirectory, "Anteroom.dll");

    /// <summary>Ourselves: a library that dotnet runs, or, published as a single file, a program.</summary>
    private static string[] Program =>
        File.Exists(Library) ? [Path.Combine(Root, "dotnet"), Library] : [Environment.ProcessPath!];

    public ValueTask DisposeAsync()
    {
        _end?.Dispose();
        End();
        _turn.Dispose();
        return ValueTask.CompletedTask;
    }
}
