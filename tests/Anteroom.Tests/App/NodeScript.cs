using System.Diagnostics;

namespace Anteroom.Tests.App;

/// <summary>The scripts of <c>tests/servers</c> and <c>tests/clients</c>, run by Node.js. Installs their packages the first time.</summary>
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

    /// <summary>Runs a script of <c>tests/clients</c> to its end.</summary>
    /// <returns>What it said. Fails with that when the script does.</returns>
    public static async Task<string> RunClientAsync(
        string script,
        IEnumerable<string> arguments,
        CancellationToken cancellation = default
    )
    {
        var folder = ClientsFolder();
        await InstallAsync(folder, cancellation);
        using var node = Start("node", [script, .. arguments], folder);
        node.StandardInput.Close();
        var said = await Task.WhenAll(
            node.StandardOutput.ReadToEndAsync(cancellation),
            node.StandardError.ReadToEndAsync(cancellation)
        );
        await node.WaitForExitAsync(cancellation);
        Assert.True(node.ExitCode == 0, $"{script}: {string.Concat(said)}");
        return string.Concat(said);
    }

    /// <summary><c>tests/clients</c>.</summary>
    internal static string ClientsFolder() => Path.Combine(RepositoryRoot(), "tests", "clients");

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
