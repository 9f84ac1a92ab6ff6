using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Anteroom.Host;

/// <summary>What was typed after <c>./run</c>.</summary>
public sealed record CommandLine
{
    private static readonly Option<string?> DataOption = Text(
        "--data",
        "DIR",
        "The data folder (default: ./data beside ./run)"
    );

    private static readonly Option<int?> PortOption = Number(
        "--port",
        0,
        65535,
        "The port to listen on (default: 8000)"
    );

    private static readonly Option<string?> HostOption = Text(
        "--host",
        "ADDR",
        "The address to listen on (default: 127.0.0.1; all addresses: 0.0.0.0)"
    );

    private static readonly Option<string?> RoleOption = OneOf(
        "--role",
        ["web", "worker", "all"],
        "Pages and APIs, background work, or both (default: all)"
    );

    private static readonly Option<string?> UserNameOption = Text("--username", "NAME", "Name to sign in with");
    private static readonly Option<string?> EmailOption = Text("--email", "ADDRESS", "Email address");
    private static readonly Option<string?> FullNameOption = Text("--name", "NAME", "Full name");
    private static readonly Option<string?> FirstNameOption = Text(
        "--first-name",
        "NAME",
        "With --last-name, instead of --name"
    );
    private static readonly Option<string?> LastNameOption = Text(
        "--last-name",
        "NAME",
        "With --first-name, instead of --name"
    );
    private static readonly Option<string?> UserRoleOption = OneOf(
        "--as",
        ["attorney", "staff", "administrator", "operator"],
        "What the user may do (default: attorney)"
    );
    private static readonly Option<bool> IsStaffOption = new("--is-staff")
    {
        Description = "Django's word for an administrator: the same as --as administrator",
    };
    private static readonly Option<bool> PasswordOption = new("--password-stdin")
    {
        Description = "Read the password from standard input",
    };
    private static readonly Option<int?> CountOption = Number("--count", 1, 100_000, "How many leads (default: 60)");
    private static readonly Argument<string?> BackupArgument = new("NAME")
    {
        Description = "A name that ./run backups lists, or a path; with --at: the folder of backups, if it is another",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Option<string?> AtOption = new("--at")
    {
        Description = "The moment, such as 2026-11-29T12:00:00Z, or latest; from the continuous backup",
        HelpName = "TIME",
    };
    private static readonly Argument<string?> WhichBackupArgument = new("NAME")
    {
        Description = "A name that ./run backups lists, or a path (default: the newest)",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Argument<string?> AuditFileArgument = new("FILE")
    {
        Description = "An audit.jsonl that was downloaded (default: the log in the database)",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private static readonly Argument<string> CertificateArgument = new("FILE")
    {
        Description = "A certificate.json that was downloaded",
    };
    private static readonly Option<string?> HeadOption = Text(
        "--head",
        "SEQ:HASH",
        "What an earlier verification printed: the log has to lead to it"
    );
    private static readonly Option<bool> ForceOption = new("--force")
    {
        Description = "Replace a database that already has leads",
    };

    private static readonly Option<string?> ToOption = OneOf("--to", ["disk", "s3"], "Where the files go");
    private static readonly Option<bool> FastOption = new("--fast")
    {
        Description = "Measure resume files instead of reading them",
    };

    private static readonly Option<bool> TakeOverOption = new("--take-over")
    {
        Description = "Take over from the Anteroom that runs on this folder and port, without refusing anybody",
    };

    private static readonly Option<bool> CheckOption = new("--check")
    {
        Description = "Only say what there is to do; exit code 3 if there is anything",
    };

    private static readonly Option<string?> SourceOption = Text(
        "--database",
        "URL",
        "The database to import from, as postgres://user:password@host/name; better in ANTEROOM_IMPORT_DATABASE"
    );
    private static readonly Option<string?> MediaOption = Text(
        "--media",
        "DIR",
        "The folder that holds the other system's files"
    );
    private static readonly Argument<string> FileArgument = new("FILE") { Description = "The file" };
    private static readonly Argument<string> ImportArgument = new("ID")
    {
        Description = "As the import printed it, or as it stands in the address of its page",
    };
    private static readonly Option<string[]> MapOption = new("--map")
    {
        Description = "What a column means, as \"Client=full_name\"; any number of them",
        HelpName = "COLUMN=FIELD",
    };
    private static readonly Option<string?> PresetOption = Text(
        "--preset",
        "NAME",
        "Choices that were kept on the page"
    );
    private static readonly Option<string?> DuplicatesOption = OneOf(
        "--duplicates",
        ["skip", "new", "update"],
        "What is done with rows whose person is a lead (default: skip)"
    );
    private static readonly Option<bool> SecretsOption = new("--with-secrets")
    {
        Description = "With passwords, second factors, tokens and keys",
    };

    private static readonly Option<bool> DryRunOption = new("--dry-run")
    {
        Description = "Only say what would become of each row",
    };

    private static readonly Command BackupCommand = new Command("backup", "Back up now, even while Anteroom is running")
    {
        new Command("verify", "Hold every file of a backup against its manifest; exit code 2 if one is not as it was")
        {
            WhichBackupArgument,
        },
    };

    private static readonly RootCommand Root = new(
        """
        Anteroom, lead management for law firms. Without a command, it starts.

        Settings come from the environment or a .env file; docs/configuration.md lists them. To use a PostgreSQL server instead
        of the private one, set POSTGRES_HOST or ConnectionStrings__Anteroom; to send email instead of writing files, set
        EMAIL_HOST.
        """
    )
    {
        new Command("migrate", "Bring the database to this version's schema") { CheckOption },
        new Command(
            "create-admin",
            "Create an administrator; asks for the password unless ANTEROOM_ADMIN_PASSWORD is set"
        )
        {
            Aliases = { "createsuperuser" },
            Options = { UserNameOption, EmailOption, FullNameOption, FirstNameOption, LastNameOption, PasswordOption },
        },
        new Command("create-user", "Create an attorney, or another user; asks for the password")
        {
            UserNameOption,
            EmailOption,
            FullNameOption,
            FirstNameOption,
            LastNameOption,
            UserRoleOption,
            IsStaffOption,
            PasswordOption,
        },
        new Command(
            "rotate-keys",
            "Create a new key for API tokens; tokens signed with an old one stay valid until they expire"
        ),
        BackupCommand,
        new Command("audit", "What the audit log is worth: ./run audit verify")
        {
            new Command(
                "verify",
                "Hold the audit log, or a file of it, against its chain of hashes; exit code 2 if a line is not as it was"
            )
            {
                AuditFileArgument,
                HeadOption,
            },
            new Command(
                "certificate",
                "Hold a certificate of erasure against the audit log; exit code 2 if it is not genuine"
            )
            {
                CertificateArgument,
            },
        },
        new Command("backups", "List the backups"),
        new Command("restore", "Restore a backup into an empty database, or the private database to a moment (--at)")
        {
            BackupArgument,
            AtOption,
            ForceOption,
        },
        new Command("move-files", "Move all resume files to another store, and encrypt them with the newest key")
        {
            ToOption,
        },
        new Command(
            "doctor",
            "Look whether database, stores, resume files, mail and clock are well; exit code 1 if not"
        )
        {
            FastOption,
        },
        new Command("import", "Take over leads, and users with their passwords and tokens, from another system")
        {
            new Command("django", "From the database of the lead application made with Django")
            {
                SourceOption,
                MediaOption,
                DryRunOption,
            },
            new Command("fastapi", "From the database of the lead service made with FastAPI")
            {
                SourceOption,
                MediaOption,
                DryRunOption,
            },
            new Command("file", "From a CSV file or an Excel workbook")
            {
                FileArgument,
                MapOption,
                PresetOption,
                DuplicatesOption,
                DryRunOption,
            },
            new Command("anteroom", "Everything that another Anteroom has exported, into an empty one")
            {
                FileArgument,
                ForceOption,
            },
            new Command("revert", "Take an import back, but for leads that somebody has worked on since")
            {
                ImportArgument,
            },
        },
        new Command("export", "Write everything as open files into one ZIP, even while Anteroom is running")
        {
            FileArgument,
            SecretsOption,
        },
        new Command("demo", "Fill an empty data folder with made-up leads") { CountOption },
        DataOption,
        PortOption,
        HostOption,
        RoleOption,
        TakeOverOption,
    };

    private static readonly ParserConfiguration Configuration = new()
    {
        EnablePosixBundling = false,
        ResponseFileTokenReplacer = null, // a value may begin with @
    };

    static CommandLine()
    {
        Root.HelpName = "./run";
        Root.Directives.Clear();
        Root.SetAction(_ => 0); // no command is one, too
        BackupCommand.SetAction(_ => 0); // and so is backup without another
        foreach (var option in (Option[])[DataOption, PortOption, HostOption, RoleOption])
            option.Recursive = true;
        foreach (var argument in (Argument[])[BackupArgument, FileArgument, ImportArgument])
            argument.Validators.Add(RefuseEmpty);
        ToOption.Required = true;
    }

    /// <summary><c>start</c>, <c>migrate</c>, <c>create-admin</c>, <c>create-user</c>, <c>rotate-keys</c>, <c>backup</c>, <c>backup verify</c>, <c>audit verify</c>, <c>audit certificate</c>, <c>backups</c>, <c>restore</c>, <c>move-files</c>, <c>doctor</c>, <c>import …</c>, <c>export</c> or <c>demo</c>.</summary>
    public string Command { get; init; } = "start";

    /// <summary>Prints what was asked for, help or the version, and gives the exit code; null when there is more to do.</summary>
    public Func<int>? Answer { get; init; }

    /// <summary>The data folder, absolute or relative to the current folder.</summary>
    public string Data { get; init; } = Environment.GetEnvironmentVariable("ANTEROOM_DATA") ?? "data";

    /// <summary>0 lets the system choose.</summary>
    public int? Port { get; init; }

    /// <summary>The address to listen on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Pages and API, background work, or both.</summary>
    public string Role { get; init; } = "all";

    /// <summary>For <c>create-admin</c> and <c>create-user</c>.</summary>
    public string? UserName { get; init; }

    /// <summary>For <c>create-admin</c> and <c>create-user</c>.</summary>
    public string? Email { get; init; }

    /// <summary>For <c>create-admin</c> and <c>create-user</c>: one name, or the first and the last.</summary>
    public string? FullName { get; init; }

    /// <summary>For <c>create-user</c>: <c>attorney</c>, <c>staff</c> or <c>administrator</c>.</summary>
    public string UserRole { get; init; } = "attorney";

    /// <summary>For <c>create-admin</c> and <c>create-user</c>: the password comes from standard input, whatever the environment says.</summary>
    public bool PasswordFromInput { get; init; }

    /// <summary>For <c>demo</c>: how many leads.</summary>
    public int Count { get; init; } = 60;

    /// <summary>For <c>restore</c> and <c>backup verify</c>: which backup.</summary>
    public string? Backup { get; init; }

    /// <summary>For <c>audit verify</c>, <c>audit certificate</c> and imports: the file.</summary>
    public string? File { get; init; }

    /// <summary>For <c>audit verify</c>: what was printed earlier.</summary>
    public string? Head { get; init; }

    /// <summary>For <c>restore</c>: the moment, from the continuous backup; null for an ordinary backup, the latest possible for the last that is there.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>For <c>restore</c>: replace a database that has leads.</summary>
    public bool Force { get; init; }

    /// <summary>For <c>move-files</c>: <c>disk</c> or <c>s3</c>.</summary>
    public string? To { get; init; }

    /// <summary>For a start: from the process that runs on the folder and the port, if there is one.</summary>
    public bool TakeOver { get; init; }

    /// <summary>For <c>migrate</c>: nothing is changed.</summary>
    public bool Check { get; init; }

    /// <summary>For <c>doctor</c>: files are measured, not read.</summary>
    public bool Fast { get; init; }

    /// <summary>For <c>import</c>: the address of the other system's database.</summary>
    public string? Source { get; init; }

    /// <summary>For <c>import</c>: the folder of the other system's files.</summary>
    public string? Media { get; init; }

    /// <summary>For <c>import revert</c>: which import.</summary>
    public string? Import { get; init; }

    /// <summary>For <c>import file</c>: what columns mean.</summary>
    public IReadOnlyList<string> Map { get; init; } = [];

    /// <summary>For <c>import file</c>: choices by name.</summary>
    public string? Preset { get; init; }

    /// <summary>For <c>import file</c>: <c>skip</c>, <c>new</c> or <c>update</c>.</summary>
    public string? Duplicates { get; init; }

    /// <summary>For <c>export</c>: with what opens accounts.</summary>
    public bool WithSecrets { get; init; }

    /// <summary>For <c>import</c>: nothing is written.</summary>
    public bool DryRun { get; init; }

    /// <summary>Reads the arguments.</summary>
    /// <exception cref="CannotStartException">One is unknown, or its value is missing or wrong.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var read = Root.Parse(arguments is ["help", ..] ? ["--help"] : arguments, Configuration);
        var line = new CommandLine();
        if (read.Action is { ClearsParseErrors: true })
            return line with { Answer = () => read.Invoke() };
        if (read.Errors is [var first, ..])
            throw new CannotStartException(Explain(read, first));

        return line with
        {
            Command = CommandOf(read) ?? line.Command,
            Data = read.GetValue(DataOption) ?? line.Data,
            Port = read.GetValue(PortOption),
            Host = read.GetValue(HostOption) ?? line.Host,
            Role = read.GetValue(RoleOption) ?? line.Role,
            UserName = read.GetValue(UserNameOption),
            Email = read.GetValue(EmailOption),
            FullName = FullNameOf(read),
            UserRole = UserRoleOf(read) ?? line.UserRole,
            PasswordFromInput = read.GetValue(PasswordOption),
            Count = read.GetValue(CountOption) ?? line.Count,
            At = AtOf(read),
            Backup = read.GetValue(BackupArgument) ?? read.GetValue(WhichBackupArgument),
            File =
                read.GetValue(AuditFileArgument) ?? read.GetValue(CertificateArgument) ?? read.GetValue(FileArgument),
            Head = read.GetValue(HeadOption),
            Force = read.GetValue(ForceOption),
            To = read.GetValue(ToOption),
            Fast = read.GetValue(FastOption),
            Check = read.GetValue(CheckOption),
            TakeOver = read.GetValue(TakeOverOption),
            Source = read.GetValue(SourceOption),
            Media = read.GetValue(MediaOption),
            DryRun = read.GetValue(DryRunOption),
            Import = read.GetValue(ImportArgument),
            Map = read.GetValue(MapOption) ?? [],
            Preset = read.GetValue(PresetOption),
            Duplicates = read.GetValue(DuplicatesOption),
            WithSecrets = read.GetValue(SecretsOption),
        };
    }

    private static DateTimeOffset? AtOf(ParseResult read)
    {
        if (read.GetValue(AtOption) is not { } text)
            return read.CommandResult.Command.Name == "restore" && read.GetValue(BackupArgument) is null
                ? throw new CannotStartException(
                    "restore needs a NAME, or a moment with --at. ./run restore --help shows more."
                )
                : null;
        if (text == "latest")
            return DateTimeOffset.MaxValue;
        return DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var at
        )
            ? at
            : throw new CannotStartException($"--at {text} is no moment. Write it as 2026-11-29T12:00:00Z, in UTC.");
    }

    /// <summary>Null for none; <c>backup verify</c> for one below another.</summary>
    private static string? CommandOf(ParseResult read) =>
        read.CommandResult.Command is RootCommand ? null
        : read.CommandResult.Parent is CommandResult { Command: not RootCommand } above
            ? $"{above.Command.Name} {read.CommandResult.Command.Name}"
        : read.CommandResult.Command.Name;

    private static string? FullNameOf(ParseResult read)
    {
        var (first, last) = (read.GetValue(FirstNameOption), read.GetValue(LastNameOption));
        if ((first ?? last) is null)
            return read.GetValue(FullNameOption);
        return read.GetValue(FullNameOption) is null
            ? $"{first} {last}".Trim()
            : throw new CannotStartException("Give either --name, or --first-name and --last-name.");
    }

    private static string? UserRoleOf(ParseResult read)
    {
        var role = read.GetValue(UserRoleOption);
        if (!read.GetValue(IsStaffOption))
            return role;
        return role is null or "administrator"
            ? "administrator"
            : throw new CannotStartException($"--is-staff makes an administrator, and --as {role} does not.");
    }

    private static string Explain(ParseResult read, ParseError error) =>
        read.UnmatchedTokens is [var unknown, ..]
            ? $"{unknown} is not a command or option of Anteroom. ./run --help lists them."
        : error.SymbolResult is OptionResult { Tokens: [] } option
            ? $"{option.Option.Name} needs a value. ./run --help lists the options."
        : error.SymbolResult is ArgumentResult { Tokens: [] } argument
            ? $"{read.CommandResult.Command.Name} needs a {argument.Argument.Name}. ./run {read.CommandResult.Command.Name} --help shows more."
        : error.Message;

    private static Option<string?> Text(string name, string helpName, string description)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = helpName };
        option.Validators.Add(RefuseEmpty);
        return option;
    }

    private static void RefuseEmpty(SymbolResult given)
    {
        if (given.Tokens is [{ Value: "" }])
            given.AddError(
                $"{(given as OptionResult)?.Option.Name ?? "NAME"} needs a value. ./run --help lists the options."
            );
    }

    private static Option<int?> Number(string name, int least, int most, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "N",
            CustomParser = given =>
            {
                if (
                    int.TryParse(given.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    && number >= least
                    && number <= most
                )
                    return number;
                given.AddError($"{name} needs a whole number from {least} to {most}.");
                return null;
            },
        };

    private static Option<string?> OneOf(string name, string[] choices, string description) =>
        new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices),
            CustomParser = given =>
            {
                if (choices.Contains(given.Tokens[0].Value, StringComparer.Ordinal))
                    return given.Tokens[0].Value;
                given.AddError($"{name} is one of {string.Join(", ", choices)}.");
                return null;
            },
        };
}
