using System.Globalization;

namespace Anteroom.Host;

/// <summary>What was typed after <c>./run</c>.</summary>
public sealed record CommandLine
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help = """
        Anteroom, lead management for law firms.

          ./run [command] [options]

        Commands
          (none)         start the product
          migrate        bring the database to this version's schema and stop
          create-admin   make an administrator and stop (--username, --email, --name;
                         the password comes from ANTEROOM_ADMIN_PASSWORD or is asked for)
          rotate-keys    make a new key for the tokens of the API and stop; those before are good until
                         the last token signed with them has expired
          backup         make a backup now, beside a running Anteroom as well, and stop
          backups        list the backups and stop
          restore NAME   put a backup into an empty database and stop; NAME is one of the list, or a path
                         (--force replaces a database that has leads)
          demo           fill an empty data folder with believable leads and stop (--count N)

        Options
          --data DIR     the folder that holds everything (default ./data beside ./run)
          --port N       the port to listen on (default 8000)
          --host ADDR    the address to listen on (default 127.0.0.1; 0.0.0.0 for every network)
          --role ROLE    web, worker or all (default all)
          --help         this text

        Settings come from the environment or a .env file; docs/configuration.md has the table. With POSTGRES_HOST
        or ConnectionStrings__Anteroom a PostgreSQL server takes the place of the private one, with EMAIL_HOST a mail
        server that of the pickup folder.
        """;

    /// <summary><c>start</c>, <c>migrate</c>, <c>create-admin</c>, <c>rotate-keys</c>, <c>backup</c>, <c>backups</c>, <c>restore</c>, <c>demo</c> or <c>help</c>.</summary>
    public string Command { get; init; } = "start";

    /// <summary>The data folder, absolute or relative to the current folder.</summary>
    public string Data { get; init; } = Environment.GetEnvironmentVariable("ANTEROOM_DATA") ?? "data";

    /// <summary>0 lets the system choose.</summary>
    public int? Port { get; init; }

    /// <summary>The address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Pages and API, background work, or both.</summary>
    public string Role { get; init; } = "all";

    /// <summary>For <c>create-admin</c>.</summary>
    public string? UserName { get; init; }

    /// <summary>For <c>create-admin</c>.</summary>
    public string? Email { get; init; }

    /// <summary>For <c>create-admin</c>.</summary>
    public string? FullName { get; init; }

    /// <summary>For <c>demo</c>: how many leads.</summary>
    public int Count { get; init; } = 60;

    /// <summary>For <c>restore</c>: which backup.</summary>
    public string? Backup { get; init; }

    /// <summary>For <c>restore</c>: replace a database that has leads.</summary>
    public bool Force { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="CannotStartException">One is unknown, or its value is missing or wrong.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var line = new CommandLine();
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            var (name, inline) =
                argument.StartsWith("--", StringComparison.Ordinal) && argument.Contains('=', StringComparison.Ordinal)
                    ? (
                        argument[..argument.IndexOf('=', StringComparison.Ordinal)],
                        argument[(argument.IndexOf('=', StringComparison.Ordinal) + 1)..]
                    )
                    : (argument, null);
            line = name switch
            {
                "migrate" or "create-admin" or "rotate-keys" or "backup" or "backups" or "demo" when i == 0 => line with
                {
                    Command = name,
                },
                "restore" when i == 0 => line with { Command = name, Backup = Text() },
                "--force" when inline is null => line with { Force = true },
                "--help" or "-h" or "help" => line with { Command = "help" },
                "--data" => line with { Data = Text() },
                "--port" => line with { Port = Number(0, 65535) },
                "--host" => line with { Host = Text() },
                "--role" => line with { Role = OneOf("web", "worker", "all") },
                "--username" => line with { UserName = Text() },
                "--email" => line with { Email = Text() },
                "--name" => line with { FullName = Text() },
                "--count" => line with { Count = Number(1, 100_000) },
                _ => throw new CannotStartException(
                    $"{argument} is no command or option of Anteroom. ./run --help shows them."
                ),
            };

            string Text() =>
                inline
                ?? (
                    ++i < arguments.Count && arguments[i].Length > 0
                        ? arguments[i]
                        : throw new CannotStartException($"{name} needs a value. ./run --help shows the options.")
                );

            int Number(int least, int most) =>
                int.TryParse(Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number >= least
                && number <= most
                    ? number
                    : throw new CannotStartException($"{name} needs a whole number from {least} to {most}.");

            string OneOf(params string[] choices) =>
                Text() is var choice && choices.Contains(choice, StringComparer.Ordinal)
                    ? choice
                    : throw new CannotStartException($"{name} is one of {string.Join(", ", choices)}.");
        }

        return line;
    }
}
