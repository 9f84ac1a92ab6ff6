using System.Net;
using Anteroom.Admin;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Leads.Importing;

/// <summary>A firm moves from the lead application made with Django: what was there is here, and what people and programs know works on.</summary>
public sealed class DjangoImportTests(TestDatabases databases)
{
    [Fact]
    public async Task A_thousand_leads_come_with_their_states_dates_numbers_and_files()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await using var django = await DjangoDatabase.CreateAsync(databases, leads: 1_000);

        var done = await ImportAsync(app, django);

        Assert.Equal((1_000, 1_000, 0, 0), (done.Leads, done.Files, done.Skipped, done.Refused));
        Assert.Empty(done.Remarks);
        Assert.Equal(1_000, await app.CountAsync("leads where source = 'import' and number between 1 and 1000"));
        Assert.Equal(333, await app.CountAsync("leads where status = 'reached_out'"));
        Assert.Equal(
            1_000,
            await app.CountAsync(
                """
                leads where email = 'ada' || number || '@example.com'
                    and created_at = '2024-02-01 10:00:00.123456Z'::timestamptz + number * interval '1 hour'
                    and updated_at = '2024-03-01 10:00Z'::timestamptz + number * interval '1 hour'
                """
            )
        );
        Assert.Equal(1_000, app.KeptFiles().Count);
        Assert.Equal(1_000, await app.CountAsync("(select distinct sha256 from resumes) files"));
        Assert.Equal(1_000, await app.CountAsync("activities where kind = 'imported'"));
        // They are not new: nobody is told, nothing is sent, and nobody has to hurry.
        Assert.Equal(0, await app.CountAsync("outbox"));
        Assert.Equal(0, await app.CountAsync("work where kind in ('assign', 'reach_out')"));
        Assert.Equal(1, await app.CountAsync("audit where kind = 'imported'"));

        // The next prospect does not get a number that is taken.
        Assert.Equal(
            1_001,
            await new Prospect()
                .IsAcceptedAsync(app)
                .ContinueWith(_ => app.ValueAsync<long>("select max(number) from leads"))
                .Unwrap()
        );
    }

    [Fact]
    public async Task Passwords_and_tokens_go_on_working_and_a_password_is_hashed_anew_at_the_first_sign_in()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await using var django = await DjangoDatabase.CreateAsync(databases, leads: 3);
        await ImportAsync(app, django);

        using var program = app.WithToken(DjangoDatabase.AttorneyToken);
        var list = await program.SendAsync("GET", "/api/leads/");
        Assert.Equal(HttpStatusCode.OK, list.Status);
        using (var wrong = app.WithToken(DjangoDatabase.AttorneyToken[..^1] + "0"))
            Assert.Equal(HttpStatusCode.Unauthorized, (await wrong.SendAsync("GET", "/api/leads/")).Status);

        using var browser = app.NewClient();
        using (var refused = await browser.SignInAsync("attorney1", DjangoDatabase.AttorneyPassword + "x"))
            Assert.NotEqual(HttpStatusCode.SeeOther, refused.StatusCode);
        Assert.Equal(
            1,
            await app.CountAsync("users where user_name = 'attorney1' and password_hash like 'pbkdf2_sha256$%'")
        );
        using (var signedIn = await browser.SignInAsync("attorney1", DjangoDatabase.AttorneyPassword))
            Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.Equal(0, await app.CountAsync("users where user_name = 'attorney1' and password_hash like 'pbkdf2_%'"));
        using (var again = await app.NewClient().SignInAsync("attorney1@firm.example", DjangoDatabase.AttorneyPassword))
            Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);

        // Staff and superusers run it; others take leads; who could not sign in cannot.
        Assert.Equal(
            ["boss 1 administrator true", "attorney1 2 attorney true", "gone 3 attorney false"],
            await app.TextsAsync(
                "select user_name || ' ' || number || ' ' || role || ' ' || active from users order by number"
            )
        );
        using var admin = app.NewClient();
        using (var signedIn = await admin.SignInAsync("boss", DjangoDatabase.AdminPassword))
            Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        Assert.NotNull(await admin.OpenAsync("/admin/users"));
        using (var gone = await app.NewClient().SignInAsync("gone", DjangoDatabase.OldPassword))
            Assert.NotEqual(HttpStatusCode.SeeOther, gone.StatusCode);
    }

    [Fact]
    public async Task Twice_is_once_and_what_came_meanwhile_is_added()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await using var django = await DjangoDatabase.CreateAsync(databases, leads: 20);
        await ImportAsync(app, django);
        await django.ExecuteAsync(
            "insert into leads_lead (first_name, last_name, email, state, created_at, updated_at) values ('New', 'One', 'new@example.com', 'PENDING', now(), now())"
        );
        // Revoked here, it does not come back.
        await using (var revoke = app.Database.CreateCommand("delete from api_tokens"))
            await revoke.ExecuteNonQueryAsync();

        var again = await ImportAsync(app, django);

        Assert.Equal((1, 20, 0), (again.Leads, again.Skipped, again.Refused));
        Assert.Equal(21, await app.CountAsync("leads"));
        Assert.Equal(21, await app.ValueAsync<long>("select number from leads where first_name = 'New'"));
        Assert.Equal(3, await app.CountAsync("users"));
        Assert.Equal(0, await app.CountAsync("api_tokens"));
        Assert.Equal(20, app.KeptFiles().Count);
    }

    [Fact]
    public async Task What_cannot_be_taken_is_said_and_a_refused_file_is_kept_aside()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await using var django = await DjangoDatabase.CreateAsync(databases, leads: 6);
        await File.WriteAllBytesAsync(django.FileOf("resume_1.pdf"), SampleFiles.Exe());
        File.Delete(django.FileOf("resume_2.pdf"));
        await File.WriteAllTextAsync(Path.Combine(django.Media, "..", "anteroom-outside.txt"), "secret");
        await django.ExecuteAsync(
            """
            update leads_lead set resume = '../anteroom-outside.txt' where id = 3;
            update leads_lead set email = 'nobody' where id = 4;
            update leads_lead set state = 'LOST_IN_SPACE' where id = 5;
            update leads_lead set last_name = '' where id = 6;
            """
        );

        var dry = await ImportAsync(app, django, dryRun: true);
        await app.AssertNothingIsLeftAsync();
        Assert.Equal(0, await app.CountAsync("users"));
        Assert.Equal(0, await app.CountAsync("imports"));
        var done = await ImportAsync(app, django);

        Assert.Equal((4, 1, 2), (done.Leads, done.Files, done.Refused));
        Assert.Equal((dry.Leads, dry.Files, dry.Refused), (done.Leads, done.Files, done.Refused));
        Assert.Equal(dry.Remarks.Order(StringComparer.Ordinal), done.Remarks.Order(StringComparer.Ordinal));
        Assert.Contains(
            done.Remarks,
            remark =>
                remark.StartsWith("Lead 1: Its file resumes/resume_1.pdf was not taken.", StringComparison.Ordinal)
        );
        Assert.Contains("Lead 2: Its file resumes/resume_2.pdf is not in the folder of files.", done.Remarks);
        Assert.Contains("Lead 3: Its file ../anteroom-outside.txt is not in the folder of files.", done.Remarks);
        Assert.Contains(
            done.Remarks,
            remark =>
                remark.StartsWith("Lead 4 was left out.", StringComparison.Ordinal)
                && remark.Contains("email", StringComparison.OrdinalIgnoreCase)
        );
        Assert.Contains("Lead 5 was left out. Its state “LOST_IN_SPACE” is none that is known.", done.Remarks);
        Assert.Equal(
            SampleFiles.Exe(),
            await File.ReadAllBytesAsync(Path.Combine(done.RefusedFiles!, "1-resume_1.pdf"))
        );
        Assert.Equal("", await app.ValueAsync<string>("select last_name from leads where number = 6"));
        Assert.Equal(2, await app.CountAsync("import_rows where outcome = 'refused' and reason is not null"));
        var gone = Assert.Single(done.Users, user => user.Remark is not null).Remark!;
        Assert.Contains("no valid email address", gone, StringComparison.Ordinal);
        // Made with SHA-1, as Django did long ago.
        Assert.Contains("no password that can be checked here", gone, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_like_one_that_is_here_opens_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Administrator, "boss");
        await using var django = await DjangoDatabase.CreateAsync(databases, leads: 1);

        var done = await ImportAsync(app, django);

        Assert.Contains(
            "who is here already",
            Assert.Single(done.Users, user => user.Id is null).Remark,
            StringComparison.Ordinal
        );
        using var token = app.WithToken(DjangoDatabase.AdminToken);
        Assert.Equal(HttpStatusCode.Unauthorized, (await token.SendAsync("GET", "/api/leads/")).Status);
        using var old = await app.NewClient().SignInAsync("boss", DjangoDatabase.AdminPassword);
        Assert.NotEqual(HttpStatusCode.SeeOther, old.StatusCode);
        using var own = await app.NewClient().SignInAsync("boss", AnteroomApp.Password);
        Assert.Equal(HttpStatusCode.SeeOther, own.StatusCode);
    }

    [Fact]
    public async Task A_firm_with_leads_of_its_own_keeps_their_numbers()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        await new Prospect { Email = "second@example.com" }.IsAcceptedAsync(app);
        await using var django = await DjangoDatabase.CreateAsync(databases, leads: 5);

        await ImportAsync(app, django);

        Assert.Equal(
            ["form", "form", "import", "import", "import"],
            await app.TextsAsync("select source from leads where number <= 5 order by number")
        );
        Assert.Equal(7, await app.CountAsync("leads"));
        Assert.Equal(
            ["Ada3", "Ada4", "Ada5"],
            await app.TextsAsync("select first_name from leads where number between 3 and 5 order by number")
        );
    }

    [Fact]
    public async Task Another_database_is_told_apart()
    {
        var problem = await Assert.ThrowsAsync<CannotStartException>(async () =>
            await DjangoSystem.OpenAsync(await databases.CreateEmptyAsync(), CancellationToken.None)
        );

        Assert.Contains("has no table leads_lead", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_FastAPI_service_comes_with_its_ids_attorneys_and_files()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var database = await databases.CreateEmptyAsync();
        await using var uploads = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(uploads.Path, "3f"));
        await File.WriteAllBytesAsync(Path.Combine(uploads.Path, "3f", "one.pdf"), SampleFiles.Pdf());
        await using (var source = Npgsql.NpgsqlDataSource.Create(database))
        await using (
            var fill = source.CreateCommand(
                """
                create table attorneys (id uuid primary key, email text not null unique, is_active boolean not null default true, load integer not null default 0);
                create table leads (id uuid primary key, first_name text not null, last_name text not null, email text not null,
                    resume_path text not null, status text not null, reached_out_by uuid references attorneys (id),
                    created_at timestamptz not null, updated_at timestamptz not null);
                insert into attorneys values ('11111111-1111-4111-8111-111111111111', 'att0@example.com', true, 1);
                insert into leads values
                    ('22222222-2222-4222-8222-222222222222', 'Ada', 'Lovelace', 'ada@example.com', '/srv/uploads/3f/one.pdf', 'reached_out', '11111111-1111-4111-8111-111111111111', '2025-01-01 10:00Z', '2025-01-01 11:00Z'),
                    ('33333333-3333-4333-8333-333333333333', 'Ben', 'Byrd', 'ben@example.com', '/srv/uploads/none.pdf', 'pending', null, '2025-01-02 10:00Z', '2025-01-02 11:00Z');
                """
            )
        )
            await fill.ExecuteNonQueryAsync();

        ImportedSystem first,
            second;
        await using (var system = await FastapiSystem.OpenAsync(database, CancellationToken.None))
            first = await ImportAsync(app, system, uploads.Path);
        await using (var system = await FastapiSystem.OpenAsync(database, CancellationToken.None))
            second = await ImportAsync(app, system, uploads.Path);

        Assert.Equal((2, 1, 0), (first.Leads, first.Files, first.Skipped));
        Assert.Equal((0, 0, 2), (second.Leads, second.Files, second.Skipped));
        Assert.Equal(
            [
                "22222222-2222-4222-8222-222222222222 reached_out att0@example.com att0@example.com",
                "33333333-3333-4333-8333-333333333333 registered - -",
            ],
            await app.TextsAsync(
                """
                select concat_ws(' ', leads.id, status, coalesce(reached.email, '-'), coalesce(owner.email, '-')) from leads
                left join users reached on reached.id = reached_out_by left join users owner on owner.id = assigned_to order by leads.created_at
                """
            )
        );
        Assert.Equal(
            "11111111-1111-4111-8111-111111111111",
            await app.ValueAsync<string>("select id::text from users")
        );
    }

    private static async Task<ImportedSystem> ImportAsync(AnteroomApp app, DjangoDatabase django, bool dryRun = false)
    {
        await using var source = await DjangoSystem.OpenAsync(django.ConnectionString, CancellationToken.None);
        return await ImportAsync(app, source, django.Media, dryRun);
    }

    private static async Task<ImportedSystem> ImportAsync(
        AnteroomApp app,
        ISourceSystem source,
        string folder,
        bool dryRun = false
    )
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<ImportSystem>()
            .RunAsync(source, folder, dryRun, _ => { }, CancellationToken.None);
    }
}
