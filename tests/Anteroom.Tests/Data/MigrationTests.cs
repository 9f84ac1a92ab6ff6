using Anteroom.Data;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Tests.Data;

/// <summary>The schema comes from SQL files; these tests hold it against the model and against what can go wrong at a start.</summary>
[Trait("Category", "Slow")]
public sealed class MigrationTests(TestDatabases databases)
{
    [Fact]
    public async Task The_sql_files_and_the_model_make_the_same_database()
    {
        var fromFiles = await databases.CreateAsync();
        var fromModel = await databases.CreateEmptyAsync();
        await using (
            var db = new AnteroomDb(
                new DbContextOptionsBuilder<AnteroomDb>().UseNpgsql(fromModel).UseSnakeCaseNamingConvention().Options
            )
        )
        {
            await using var connection = new NpgsqlConnection(fromModel);
            await connection.OpenAsync();
            foreach (
                var sql in (string[])
                    [
                        "create sequence lead_numbers",
                        "create sequence user_numbers",
                        "create function new_lead_code() returns text language sql as $$ select text '' $$",
                        db.Database.GenerateCreateScript(),
                        "create view emails as select * from outbox where channel = 'email'",
                        "create function error_class(error text) returns text language sql immutable as $$ select left(error, 160) $$",
                        "create index ix_work_error on work (kind, state, error_class(last_error), created_at, id) where last_error is not null",
                        "create index ix_outbox_error on outbox (channel, kind, state, error_class(last_error), created_at, id) where last_error is not null",
                        "create view replies as select * from snippets",
                        "create view quarantined_files as select lead_id from resumes",
                        "create view kept_files as select id, storage_key, bytes, sha256 from resumes",
                    ]
            )
            {
                await using var command = new NpgsqlCommand(sql, connection);
                await command.ExecuteNonQueryAsync();
            }
        }

        Assert.Equal(await DescribeAsync(fromModel), await DescribeAsync(fromFiles));
    }

    [Fact]
    public async Task Several_processes_that_start_at_once_migrate_once()
    {
        var database = await databases.CreateEmptyAsync();

        var applied = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => TestDatabases.MigrateAsync(database)))
        );

        Assert.Single(applied, names => names.Count > 0);
    }

    [Fact]
    public async Task The_history_of_migrations_stays_as_installed_databases_have_it()
    {
        await using var source = NpgsqlDataSource.Create(await databases.CreateAsync());
        await using var command = source.CreateCommand(
            """
            select string_agg(column_name || ' ' || data_type || ' ' || is_nullable, ', ' order by ordinal_position)
                || (select ', ' || conname from pg_constraint where conrelid = 'schema_versions'::regclass and contype = 'p')
            from information_schema.columns where table_name = 'schema_versions'
            """
        );

        Assert.Equal(
            "MigrationId character varying NO, ProductVersion character varying NO, PK_schema_versions",
            await command.ExecuteScalarAsync()
        );
    }

    /// <summary>During an update, old and new nodes run side by side.</summary>
    [Fact]
    public async Task A_node_of_the_version_before_still_writes_texts_by_their_old_name()
    {
        await using var source = NpgsqlDataSource.Create(await databases.CreateAsync());

        Assert.Equal(
            1,
            await RunAsync(
                "insert into replies (id, name, subject, text, changed_at) values (gen_random_uuid(), 'Old', 'S', 'T', now())"
            )
        );
        Assert.Equal(1, await RunAsync("update replies as r set subject = 'Changed' where r.name = 'Old'"));
        await using (var command = source.CreateCommand("select subject from snippets where name = 'Old'"))
            Assert.Equal("Changed", await command.ExecuteScalarAsync());
        Assert.Equal(1, await RunAsync("delete from replies as r where r.name = 'Old'"));

        async Task<int> RunAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return await command.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task A_node_of_the_version_before_still_reads_and_writes_the_one_practice_area_that_it_knows()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Attorney, "maria");

        Assert.Equal("Family|{Family}", await AfterAsync("practice_area = 'Family'"));
        Assert.Equal("|{Family,Immigration}", await AfterAsync("practice_areas = '{Family,Immigration}'"));
        Assert.Equal("Immigration|{Immigration}", await AfterAsync("practice_areas = '{Immigration}'"));
        Assert.Equal("|{}", await AfterAsync("practice_area = null"));

        Task<string> AfterAsync(string change) =>
            app.ValueAsync<string>(
                $"update users set {change} where user_name = 'maria' returning concat(practice_area, '|', practice_areas)"
            );
    }

    [Fact]
    public async Task A_node_of_the_version_before_still_adds_leads_which_get_a_code_each()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        await app.ExecuteAsync(
            """
            insert into leads (id, first_name, last_name, email, source, search_text, created_at, updated_at)
            select gen_random_uuid(), 'Ada', 'Lovelace', 'ada@example.com', 'api', '', now(), now() from generate_series(1, 500)
            """
        );

        var codes = await app.TextsAsync("select code from leads");
        Assert.Equal(500, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Equal(code, Anteroom.Leads.LeadCode.Read(code)));
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused()
    {
        var database = await databases.CreateAsync();
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var command = source.CreateCommand("""insert into schema_versions values ('9999_future', '99')"""))
            await command.ExecuteNonQueryAsync();

        var problem = await Assert.ThrowsAsync<CannotStartException>(() => TestDatabases.MigrateAsync(database));

        Assert.Contains("newer schema (9999_future)", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_named()
    {
        var problem = await Assert.ThrowsAsync<CannotStartException>(() =>
            TestDatabases.MigrateAsync("Host=127.0.0.1;Port=1;Database=anteroom;Username=x;Password=secret;Timeout=2")
        );

        Assert.Contains("127.0.0.1:1 cannot be reached", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_without_rights_and_a_missing_database_are_explained()
    {
        var database = new NpgsqlConnectionStringBuilder(await databases.CreateEmptyAsync());
        await databases.ExecuteAsync(
            $"do $$ begin if not exists (select from pg_roles where rolname = 'powerless') then create role powerless; end if; end $$"
        );
        var powerless = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Options = "-c role=powerless" };

        var rights = await Assert.ThrowsAsync<CannotStartException>(() =>
            TestDatabases.MigrateAsync(powerless.ConnectionString)
        );
        database.Database = "there_is_no_such_database";
        var missing = await Assert.ThrowsAsync<CannotStartException>(() =>
            TestDatabases.MigrateAsync(database.ConnectionString)
        );

        Assert.Contains("lacks a right that Anteroom needs", rights.Message, StringComparison.Ordinal);
        Assert.Contains("There is no database there_is_no_such_database", missing.Message, StringComparison.Ordinal);
    }

    /// <summary>Everything that tells two schemas apart, one line each, sorted.</summary>
    private static async Task<string> DescribeAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(
            """
            select string_agg(line, E'\n' order by line) from (
                select concat_ws(' ', 'column', table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, identity_generation) line
                from information_schema.columns where table_schema = 'public' and table_name <> 'schema_versions'
                union all
                select concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
                from pg_constraint where connamespace = 'public'::regnamespace and contype <> 'n' and conrelid::regclass::text <> 'schema_versions'
                union all
                select concat_ws(' ', 'index', indexdef) from pg_indexes where schemaname = 'public' and tablename <> 'schema_versions'
                union all
                select concat_ws(' ', 'extension', extname) from pg_extension where extname <> 'plpgsql'
            ) lines
            """
        );
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
