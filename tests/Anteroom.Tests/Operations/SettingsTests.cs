using Anteroom.Host;

namespace Anteroom.Tests.Operations;

/// <summary>What is typed at the terminal and set in the environment.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void The_names_of_django_deployments_work_as_they_are()
    {
        var keys = EnvironmentSettings.ToConfiguration(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["POSTGRES_HOST"] = "db",
                ["POSTGRES_PORT"] = "6432",
                ["POSTGRES_DB"] = "leads",
                ["POSTGRES_USER"] = "me",
                ["POSTGRES_PASSWORD"] = "a;b='c",
                ["EMAIL_HOST"] = "smtp.example.com",
                ["EMAIL_PORT"] = "587",
                ["EMAIL_USE_TLS"] = "True",
                ["EMAIL_SSL_CERTVERIFY"] = "false",
                ["ATTORNEY_EMAIL"] = "a@b.example, c@d.example",
                ["ALLOWED_HOSTS"] = "a.example, b.example",
                ["Resumes__MaxBytes"] = "1000",
            }
        );

        var database = new Npgsql.NpgsqlConnectionStringBuilder(keys["ConnectionStrings:Anteroom"]);
        Assert.Equal(
            ("db", 6432, "leads", "me", "a;b='c"),
            (database.Host, database.Port, database.Database, database.Username, database.Password)
        );
        Assert.Equal("smtp.example.com", keys["Mail:Host"]);
        Assert.Equal("587", keys["Mail:Port"]);
        Assert.Equal("true", keys["Mail:UseTls"]);
        Assert.Equal("false", keys["Mail:VerifyCertificate"]);
        Assert.Equal("a@b.example, c@d.example", keys["Firm:NotifyAddresses"]);
        Assert.Equal("a.example;b.example", keys["AllowedHosts"]);
        Assert.Equal("1000", keys["Resumes:MaxBytes"]);
    }

    [Fact]
    public void The_production_block_of_the_django_style_document_uses_STARTTLS_on_port_587_without_saying_so()
    {
        Assert.Equal("true", TlsOf(("EMAIL_HOST", "smtp"), ("EMAIL_PORT", "587")));
        Assert.Equal("false", TlsOf(("EMAIL_HOST", "smtp"), ("EMAIL_PORT", "587"), ("EMAIL_USE_TLS", "False")));
        Assert.Null(TlsOf(("EMAIL_HOST", "smtp"), ("EMAIL_PORT", "587"), ("EMAIL_USE_SSL", "True")));
        Assert.Null(TlsOf(("EMAIL_HOST", "smtp"), ("EMAIL_PORT", "25")));

        static string? TlsOf(params (string Name, string Value)[] settings) =>
            EnvironmentSettings
                .ToConfiguration(settings.ToDictionary(one => one.Name, one => one.Value, StringComparer.Ordinal))
                .GetValueOrDefault("Mail:UseTls");
    }

    [Theory]
    [InlineData("postgres://me:p%40ss@db:6432/leads", "db", 6432, "leads", "me", "p@ss")]
    [InlineData("postgresql+asyncpg://me@db/leads?sslmode=verify-full", "db", 5432, "leads", "me", null)]
    [InlineData(
        "postgres://me:%40%3A%2F%3F%23%25%20+%27%3B%3D@db:6432/leads",
        "db",
        6432,
        "leads",
        "me",
        "@:/?#% +';="
    )]
    [InlineData("postgresql://db", "db", 5432, "anteroom", "postgres", null)]
    public void A_database_url_names_the_server(
        string url,
        string host,
        int port,
        string name,
        string user,
        string? password
    )
    {
        var keys = EnvironmentSettings.ToConfiguration(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["DATABASE_URL"] = url,
                ["POSTGRES_HOST"] = "other",
            }
        );

        var database = new Npgsql.NpgsqlConnectionStringBuilder(keys["ConnectionStrings:Anteroom"]);
        Assert.Equal(
            (host, port, name, user, password),
            (database.Host, database.Port, database.Database, database.Username, database.Password)
        );
        Assert.Equal(url.Contains("verify", StringComparison.Ordinal), database.SslMode == Npgsql.SslMode.VerifyFull);
    }

    [Theory]
    [InlineData("mysql://me:secret@db/leads")]
    [InlineData("secret")]
    [InlineData("postgres://me:secret#1@db/leads")]
    [InlineData("postgres://me:123#secret@db/leads")]
    [InlineData("postgres://me:se/secret@db/leads")]
    [InlineData("postgres://me:secret@db/leads?sslmode=maybe")]
    public void A_database_url_of_something_else_is_refused_without_showing_the_password(string url)
    {
        var problem = Assert.Throws<CannotStartException>(() =>
            EnvironmentSettings.ToConfiguration(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["DATABASE_URL"] = url }
            )
        );

        Assert.Contains("DATABASE_URL", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_an_environment_win_over_the_general_one_in_their_order()
    {
        var folder = Directory.CreateTempSubdirectory("settings");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "configs", "overrides"));
            Write(".env", "ENVIRONMENT=dev\nA_1=general\nA_2=general\nA_3=general\nA_4=general");
            Write(".env.dev", "A_2=dev\nA_3=dev\nA_4=dev");
            Write("configs/.env.dev", "A_3=configs\nA_4=configs");
            Write("configs/overrides/.env.dev", "A_4=overrides");
            Write(".env.test", "A_1=test");

            var settings = EnvironmentSettings.Read(folder.FullName);

            Assert.Equal(
                ["general", "dev", "configs", "overrides"],
                Enumerable.Range(1, 4).Select(number => settings[$"A_{number}"])
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder.FullName, name), text);
    }

    [Fact]
    public void A_name_that_nothing_reads_and_that_looks_like_one_of_ours_is_named_with_it()
    {
        var slips = EnvironmentSettings.Slips(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["EMAIL_HOSST"] = "smtp",
                ["EMAIL_HOST"] = "smtp",
                ["ATTORNY_EMAIL"] = "a@b.example",
                ["HOME"] = "/",
                ["SOMETHING_ELSE"] = "x",
                ["REDIS_HOST"] = "r",
            }
        );

        Assert.Equal([("ATTORNY_EMAIL", "ATTORNEY_EMAIL"), ("EMAIL_HOSST", "EMAIL_HOST")], slips);
    }

    [Fact]
    public void A_message_names_a_setting_as_it_was_written()
    {
        const string message = "Mail:User is set without a password: set Mail:Password.";

        Assert.Equal(
            "EMAIL_HOST_USER is set without a password: set EMAIL_HOST_PASSWORD.",
            EnvironmentSettings.InTheirWords(
                message,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["EMAIL_HOST_USER"] = "me" }
            )
        );
        Assert.Equal(
            message,
            EnvironmentSettings.InTheirWords(
                message,
                new Dictionary<string, string>(StringComparer.Ordinal) { ["Mail__User"] = "me" }
            )
        );
    }

    [Fact]
    public void Anterooms_own_name_of_a_setting_wins_over_djangos()
    {
        var keys = EnvironmentSettings.ToConfiguration(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Mail__Host"] = "ours",
                ["EMAIL_HOST"] = "theirs",
            }
        );

        Assert.Equal("ours", keys["Mail:Host"]);
    }

    [Theory]
    [InlineData("EMAIL_USE_TLS", "maybe")]
    [InlineData("POSTGRES_PORT", "many")]
    public void A_value_of_the_wrong_kind_is_refused_by_name(string name, string value)
    {
        var problem = Assert.Throws<CannotStartException>(() =>
            EnvironmentSettings.ToConfiguration(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["POSTGRES_HOST"] = "db", [name] = value }
            )
        );

        Assert.Contains(name, problem.Message, StringComparison.Ordinal);
        Assert.Contains(value, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_only_redis_and_celery_need_is_accepted_and_named()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["REDIS_HOST"] = "r",
            ["CELERY_BROKER_URL"] = "c",
            ["PATH"] = "p",
        };

        Assert.Equal(["CELERY_BROKER_URL", "REDIS_HOST"], EnvironmentSettings.Ignored(settings));
    }

    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("export A = b ", "b")]
    [InlineData("A=\"b # c\" # comment", "b # c")]
    [InlineData("A='it''s'", "it")]
    [InlineData("A=pa#ss # comment", "pa#ss")]
    [InlineData("# A=x\n\nA=a=b=c", "a=b=c")]
    [InlineData("A=", "")]
    // Passwords as they are made: nothing in them means anything.
    [InlineData("A=pa$$word", "pa$$word")]
    [InlineData("A=pa$HOMEx", "pa$HOMEx")]
    [InlineData("A=\"pa${HOME}\"", "pa${HOME}")]
    [InlineData("A=it's", "it's")]
    [InlineData("A=\"unclosed", "\"unclosed")]
    [InlineData("A=\"back\\nslash\"", "back\\nslash")]
    public void An_env_file_is_read_as_people_write_it(string text, string value) =>
        Assert.Equal(value, DotEnv.Parse(text, ".env")["A"]);

    [Fact]
    public void A_broken_line_of_an_env_file_is_named_by_its_number()
    {
        var problem = Assert.Throws<CannotStartException>(() => DotEnv.Parse("A=b\nnonsense", "/firm/.env"));

        Assert.Equal("Line 2 of /firm/.env is not NAME=value.", problem.Message);
    }

    [Fact]
    public void The_command_line_is_read_in_both_spellings()
    {
        var line = CommandLine.Parse(["demo", "--data", "my data", "--port=0", "--count", "7"]);

        Assert.Equal(("demo", "my data", 0, 7), (line.Command, line.Data, line.Port, line.Count));
    }

    [Fact]
    public void A_value_may_look_like_something_else()
    {
        var line = CommandLine.Parse(["create-admin", "--username", "@maria", "--name=-", "--email=a=b@firm.example"]);

        Assert.Equal(("@maria", "-", "a=b@firm.example"), (line.UserName, line.FullName, line.Email));
    }

    [Theory]
    [InlineData("create-user --first-name Ada --last-name Lovelace", "create-user", "Ada Lovelace", "attorney")]
    [InlineData("create-user --last-name Lovelace --as staff", "create-user", "Lovelace", "staff")]
    [InlineData("create-user --name Ada --is-staff", "create-user", "Ada", "administrator")]
    [InlineData("createsuperuser --first-name Ada", "create-admin", "Ada", "attorney")]
    public void Users_are_named_and_given_a_role_in_the_words_of_either_program(
        string arguments,
        string command,
        string name,
        string role
    )
    {
        var line = CommandLine.Parse(arguments.Split(' '));

        Assert.Equal((command, name, role), (line.Command, line.FullName, line.UserRole));
    }

    [Theory]
    [InlineData("help")]
    [InlineData("-h")]
    [InlineData("--help")]
    [InlineData("restore --help")]
    [InlineData("restore x --force --help")]
    public void Who_asks_for_help_gets_it_and_nothing_is_done(string arguments) =>
        Assert.NotNull(CommandLine.Parse(arguments.Split(' ')).Answer);

    [Theory]
    [InlineData("--port", "--port needs a value")]
    [InlineData("create-user --name A --first-name B", "either --name, or --first-name and --last-name")]
    [InlineData("create-user --is-staff --as staff", "--is-staff makes an administrator")]
    [InlineData("create-user --as boss", "attorney, staff, administrator")]
    [InlineData("--port 70000", "from 0 to 65535")]
    [InlineData("--port x", "from 0 to 65535")]
    [InlineData("--role boss", "web, worker, all")]
    [InlineData("--nonsense", "--nonsense is not a command or option")]
    [InlineData("frobnicate", "frobnicate is not a command or option")]
    [InlineData("demo extra", "extra is not a command or option")]
    [InlineData("demo --count 0", "from 1 to 100000")]
    [InlineData("--data", "--data needs a value")]
    [InlineData("restore", "restore needs a NAME")]
    [InlineData("restore ", "needs a value")]
    [InlineData("migrate --force", "--force is not a command or option")]
    public void A_mistyped_command_line_says_what_would_be_right(string arguments, string sentence)
    {
        var problem = Assert.Throws<CannotStartException>(() => CommandLine.Parse(arguments.Split(' ')));

        Assert.Contains(sentence, problem.Message, StringComparison.Ordinal);
    }
}
