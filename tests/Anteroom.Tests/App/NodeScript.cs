using System.Diagnostics;

namespace Anteroom.Tests.App;

/// <summary>The scripts of <c>tests/servers</c>, run by Node.js. Installs their packages the first time.</summary>
public static class NodeScript
{
    private static readonly SemaphoreSlim Installing = new(1, 1);

    /// <summary>Starts a script; its input, output and errors are the caller's.</summary>
    public static async Task<Process> StartAsync(
        string script,
        IEnumerable<string> arguments,
        CancellationToken cancellation = default
    )
    {
        var folder = Path.Combine(RepositoryRoot(), "tests", "servers");
        await InstallAsync(folder, cancellation);
        return Start("node", [script, .. arguments], folder);
    }

    private static async Task InstallAsync(string folder, CancellationToken cancellation)
    {
        await Installing.WaitAsync(cancellation);
        try
        {
            // npm writes this file last.
            var installed = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
            if (
                installed.Exists
                && installed.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json"))
            )
                return;
            using var npm = Start("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
            npm.StandardInput.Close();
            var said = Task.WhenAll(
                npm.StandardOutput.ReadToEndAsync(cancellation),
                npm.StandardError.ReadToEndAsync(cancellation)
            );
            await npm.WaitForExitAsync(cancellation);
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"npm ci failed in {folder}: {string.Concat(await said)}");
        }
        finally
        {
            Installing.Release();
        }
    }

    private static Process Start(string program, string[] arguments, string folder)
    {
        // On Windows npm is a script.
        if (OperatingSystem.IsWindows() && string.Equals(program, "npm", StringComparison.Ordinal))
            program = "npm.cmd";
        return Process.Start(
                new ProcessStartInfo(program, arguments)
                {
                    WorkingDirectory = folder,
                    UseShellExecute = false,
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            ) ?? throw new InvalidOperationException($"{program} did not start; is Node.js installed?");
    }

    /// <summary>The folder of the repository, above the tests.</summary>
    internal static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Anteroom.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException("Anteroom.slnx is in no folder above the tests.");
    }
}
