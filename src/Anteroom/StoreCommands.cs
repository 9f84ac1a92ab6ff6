using System.Globalization;
using Anteroom.Admin;
using Anteroom.Host;
using Anteroom.Resumes;

namespace Anteroom;

/// <summary>The commands of <c>./run</c> about the files' store and everything's state. Each returns the exit code.</summary>
internal static class StoreCommands
{
    private const int MostNamed = 20;

    /// <summary>Moves all files to the store that the settings name, beside a running Anteroom or without one.</summary>
    public static async Task<int> MoveAsync(CommandLine line)
    {
        using var stop = new Commands.StopSignals();
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        Commands.CheckSettings(app.Services);
        var target = app.Services.GetRequiredService<FileStores>().First;
        if (target.Name != line.To)
            throw new CannotStartException(
                installation.InTheirWords(
                    $"Resumes:Store is {target.Name}, so new files would go on arriving there. Set it to {line.To} for every node, restart them, and then move."
                )
            );
        try
        {
            var moved = await app
                .Services.GetRequiredService<MoveFiles>()
                .RunAsync(so => Console.WriteLine($"  {Figures(so)}"), stop.Token);
            Console.WriteLine($"{Figures(moved)}. New files go to {target.Where}.");
            if (moved.WithoutRow > 0)
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{moved.WithoutRow:N0} files without a lead stay where they are; those older than a day are deleted by themselves."
                    )
                );
            foreach (var (key, reason) in moved.Left.Take(MostNamed))
                Console.WriteLine($"NOT MOVED {key}: {reason}");
            if (moved.Left.Count > MostNamed)
                Console.WriteLine($"… and {moved.Left.Count - MostNamed} more.");
            return moved.Left.Count == 0 ? 0 : 1;
        }
        catch (StorageUnavailableException error)
        {
            throw new CannotStartException($"{error.Message} Start it again to go on with what is left.", error);
        }
        catch (OperationCanceledException error) when (stop.Token.IsCancellationRequested)
        {
            throw new CannotStartException("Stopped. Start it again to go on with what is left.", error);
        }
    }

    /// <summary>Looks whether all is well, beside a running Anteroom or without one.</summary>
    public static async Task<int> ExamineAsync(CommandLine line)
    {
        using var stop = new Commands.StopSignals();
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        Commands.CheckSettings(app.Services);
        await using var scope = app.Services.CreateAsyncScope();
        var bad = 0;
        Console.WriteLine("ok      Settings: each can be used.");
        await foreach (var found in scope.ServiceProvider.GetRequiredService<Doctor>().RunAsync(line.Fast, stop.Token))
        {
            Console.WriteLine($"{(found.Help is null ? "ok     " : "PROBLEM")} {found.What}: {found.Words}");
            if (found.Help is null)
                continue;
            bad++;
            Console.WriteLine($"        → {installation.InTheirWords(found.Help)}");
        }

        Console.WriteLine(bad == 0 ? "All is well." : $"Problems: {bad}.");
        return bad == 0 ? 0 : 1;
    }

    private static string Figures(MovedFiles so) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Moved {so.Moved:N0} files, encrypted {so.Encrypted:N0} again ({FileSize.Of(so.Bytes)}), left {so.Left.Count:N0}"
        );
}
