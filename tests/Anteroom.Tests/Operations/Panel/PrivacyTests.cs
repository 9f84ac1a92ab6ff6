using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Anteroom.Admin;
using Anteroom.Audit;
using Anteroom.Leads;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Anteroom.Tests.Operations.Panel;

/// <summary>What a person may ask for: everything about them, and to be forgotten; and what keeps a lead from being erased.</summary>
[Trait("Category", "Slow")]
public sealed class PrivacyTests(TestDatabases databases)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_about_one_person_comes_as_a_zip_by_address_phone_or_lead_number()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root", "Ruth Byron");
        var resume = SampleFiles.Pdf(2_000);
        var first = await new Prospect
        {
            FirstName = "Ada",
            LastName = "<Lovelace> & Co",
            Message = "About <my> engine",
            Phone = "(415) 555-0132",
            Resume = resume,
        }.IsAcceptedAsync(app);
        var second = await new Prospect
        {
            FirstName = "Ada",
            Message = "Again",
            Email = "ADA@example.com",
        }.IsAcceptedAsync(app);
        await new Prospect
        {
            FirstName = "Charles",
            Message = "Not about her",
            Email = "charles@example.com",
            Phone = "(415) 555-0199",
        }.IsAcceptedAsync(app);
        using (
            var noted = await root.SendFormAsync(
                (await root.OpenAsync($"/leads/{first}")).Form($"/leads/{first}/notes"),
                ("text", "She called about the engine.")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, noted.StatusCode);
        await ExecuteAsync(app, "insert into opt_outs values ('ada@example.com', now())");

        foreach (var asked in new[] { "ada@example.com", "Ada@Example.com ", "415 555 0132", $"{first}", $"{second}" })
        {
            var page = await root.OpenAsync($"/admin/privacy?q={Uri.EscapeDataString(asked)}");
            Assert.Equal(
                [$"{second}", $"{first}"],
                page.QuerySelectorAll("[name=lead]").Select(box => box.GetAttribute("value"))
            );
        }

        using var answer = await root.GetAsync(
            new Uri("/admin/privacy/person.zip?q=ada%40example.com", UriKind.Relative)
        );
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        await using var body = await answer.Content.ReadAsStreamAsync(Cancellation);
        using var zip = new ZipArchive(body);

        using var json = JsonDocument.Parse(await TextAsync(zip, "person.json"));
        var root2 = json.RootElement;
        Assert.Equal(
            [first, second],
            root2.GetProperty("leads").EnumerateArray().Select(lead => lead.GetProperty("number").GetInt64())
        );
        Assert.Contains(
            "She called about the engine.",
            root2.GetProperty("timeline").GetRawText(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            2,
            root2
                .GetProperty("emails")
                .EnumerateArray()
                .Count(mail => mail.GetProperty("kind").GetString() == "confirmation")
        );
        Assert.Equal(1, root2.GetProperty("opt_outs").GetArrayLength());
        Assert.Equal(2, root2.GetProperty("files").GetArrayLength());
        Assert.DoesNotContain("Not about her", root2.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("charles@example.com", root2.GetRawText(), StringComparison.Ordinal);
        var html = await TextAsync(zip, "index.html");
        Assert.Contains("About &lt;my&gt; engine", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<Lovelace>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        var file = Assert.Single(
            zip.Entries,
            entry => entry.FullName.StartsWith($"files/lead-{first}-", StringComparison.Ordinal)
        );
        await using (var content = await file.OpenAsync(Cancellation))
            Assert.Equal(SHA256.HashData(resume), await SHA256.HashDataAsync(content, Cancellation));
        Assert.Equal(4, zip.Entries.Count);
        Assert.Equal(
            $"exported: Ruth Byron downloaded everything about one person, 2 leads: {second}, {first}",
            Assert.Single(
                await app.TextsAsync(
                    "select kind || ': ' || actor || ' ' || summary from audit where kind = 'exported'"
                )
            )
        );
        // The next one has that line, too.
        var next = await root.GetByteArrayAsync(new Uri($"/admin/privacy/person.zip?q={first}", UriKind.Relative));
        using var again = new ZipArchive(new MemoryStream(next));
        Assert.Contains(
            "downloaded everything about one person",
            await TextAsync(again, "person.json"),
            StringComparison.Ordinal
        );

        using var nobody = await root.GetAsync(
            new Uri("/admin/privacy/person.zip?q=nobody%40example.com", UriKind.Relative)
        );
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    [Fact]
    public async Task An_erasure_leaves_a_certificate_that_keeps_nothing_of_the_person_and_proves_itself()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root", "Ruth Byron");
        var resume = SampleFiles.Pdf(2_000);
        var gone = await new Prospect
        {
            FirstName = "Zebulon",
            LastName = "Quill",
            Email = "zebulon@example.com",
            Message = "A unique secret",
            Resume = resume,
        }.IsAcceptedAsync(app);
        await new Prospect { Email = "other@example.com" }.IsAcceptedAsync(app);
        var page = await root.OpenAsync("/admin/privacy?q=zebulon%40example.com");
        var form = page.Form("/admin/privacy/erase");

        foreach (var (reason, sure) in new[] { ("", "yes"), ("Request of the person", "no") })
        {
            using var refused = await root.SendFormAsync(form, ("lead", $"{gone}"), ("reason", reason), ("sure", sure));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        }

        Assert.Equal(2, await app.CountAsync("leads"));
        string certificate;
        using (
            var erased = await root.SendFormAsync(
                form,
                ("lead", $"{gone}"),
                ("reason", "Request of the person"),
                ("sure", "yes")
            )
        )
        {
            Assert.Equal(HttpStatusCode.SeeOther, erased.StatusCode);
            certificate = erased.Headers.Location!.OriginalString;
        }

        Assert.Equal(["other@example.com"], await app.TextsAsync("select email from leads"));
        Assert.Single(app.KeptFiles());
        var words = (await root.OpenAsync(certificate)).Body!.Words();
        Assert.Contains("Erased. This is the certificate.", words, StringComparison.Ordinal);
        Assert.Contains("Ruth Byron", words, StringComparison.Ordinal);
        Assert.DoesNotContain("not what was written", words, StringComparison.Ordinal);
        var document = await root.GetByteArrayAsync(new Uri($"{certificate}/certificate.json", UriKind.Relative));
        var text = Encoding.UTF8.GetString(document);
        foreach (var personal in new[] { "Zebulon", "Quill", "zebulon@", "unique secret" })
        {
            Assert.DoesNotContain(personal, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(personal, words, StringComparison.OrdinalIgnoreCase);
        }

        using var json = JsonDocument.Parse(document);
        Assert.Equal(
            [gone],
            json.RootElement.GetProperty("leads").EnumerateArray().Select(number => number.GetInt64())
        );
        var rows = json
            .RootElement.GetProperty("rows")
            .EnumerateArray()
            .ToDictionary(
                part => part.GetProperty("table").GetString()!,
                part => part.GetProperty("count").GetInt64(),
                StringComparer.Ordinal
            );
        Assert.Equal((1, 1, 2), (rows["leads"], rows["resumes"], rows["outbox"]));
        Assert.Equal(
            [Convert.ToHexStringLower(SHA256.HashData(resume))],
            json.RootElement.GetProperty("files").EnumerateArray().Select(hash => hash.GetString())
        );

        // It is in the chain, and a changed one is known for what it is.
        Assert.Null(await ProblemAsync(app, document));
        Assert.Contains(
            "is not what was written",
            await ProblemAsync(
                app,
                Encoding.UTF8.GetBytes(text.Replace("Ruth Byron", "Somebody", StringComparison.Ordinal))
            ),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "knows no certificate",
            await ProblemAsync(
                app,
                Encoding.UTF8.GetBytes(
                    text.Replace("\"certificate\": ", "\"certificate\": 9", StringComparison.Ordinal)
                )
            ),
            StringComparison.Ordinal
        );
        Assert.Equal(
            "This is no certificate of erasure as Anteroom writes it.",
            await ProblemAsync(app, "{}"u8.ToArray())
        );
        await ExecuteAsync(app, "update erasure_certificates set document = replace(document, 'Ruth', 'Rose')");
        Assert.Contains(
            "not what was written",
            (await root.OpenAsync(certificate)).Body!.Words(),
            StringComparison.Ordinal
        );
        Assert.Null((await app.Services.GetRequiredService<VerifyAudit>().RunAsync([], Cancellation)).Problem);
        Assert.Contains(
            "Request of the person",
            (await root.OpenAsync("/admin/privacy")).Body!.Words(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Nobody_and_no_job_erases_a_lead_on_legal_hold_or_a_file_of_it()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            new Dictionary<string, string?>(StringComparer.Ordinal)
            {
                ["Retention:DeleteResumesAfterDays"] = "10",
                ["Retention:EraseLeadsAfterDays"] = "10",
                ["Retention:TrashDays"] = "10",
            },
            role: "web",
            alone: true
        );
        using var root = await app.SignedInAsync(Role.Administrator, "root", "Ruth Byron");
        using var staff = await app.SignedInAsync(Role.Staff, "sam");
        var held = await new Prospect { Email = "held@example.com" }.IsAcceptedAsync(app);
        var free = await new Prospect { Email = "free@example.com" }.IsAcceptedAsync(app);
        var trashed = await new Prospect { Email = "trashed@example.com" }.IsAcceptedAsync(app);
        using (
            var none = await root.SendFormAsync(
                (await root.OpenAsync($"/leads/{held}")).Form($"/leads/{held}/hold"),
                ("reason", " ")
            )
        )
            Assert.Equal(HttpStatusCode.UnprocessableEntity, none.StatusCode);

        foreach (var number in new[] { held, trashed })
            using (
                var placed = await root.SendFormAsync(
                    (await root.OpenAsync($"/leads/{number}")).Form($"/leads/{number}/hold"),
                    ("reason", "Matter 17, asked by court")
                )
            )
                Assert.Equal(HttpStatusCode.SeeOther, placed.StatusCode);

        var words = (await staff.OpenAsync($"/leads/{held}")).Body!.Words();
        Assert.Contains("Matter 17, asked by court", words, StringComparison.Ordinal);
        Assert.DoesNotContain("Release the hold", words, StringComparison.Ordinal);
        // In the trash from before the hold, as after a restored backup.
        await ExecuteAsync(
            app,
            $"alter table leads disable trigger lead_is_not_on_hold; update leads set deleted_at = now() - interval '20 days' where number = {trashed}; alter table leads enable trigger lead_is_not_on_hold"
        );
        await ExecuteAsync(
            app,
            "update leads set status = 'declined', closed_at = now(), created_at = now() - interval '30 days', updated_at = now() - interval '20 days' where deleted_at is null"
        );

        var preview = (await root.OpenAsync("/admin/retention")).QuerySelector("#preview")!.Words();
        Assert.Contains(
            "1 file after 10 days. 1 more stays: its lead is on legal hold.",
            preview,
            StringComparison.Ordinal
        );
        Assert.Contains("1 lead after 10 days. 1 more stays", preview, StringComparison.Ordinal);
        Assert.Contains("0 leads after 10 days. 1 more stays", preview, StringComparison.Ordinal);
        Assert.Equal(3, await app.CountAsync("leads"));

        await RunJobAsync(app, "delete_resumes");
        Assert.Equal(2, app.KeptFiles().Count);
        await RunJobAsync(app, "erase_leads");
        await RunJobAsync(app, "empty_trash");
        Assert.Equal(
            ["held@example.com", "trashed@example.com"],
            await app.TextsAsync("select email from leads order by number")
        );
        Assert.Equal(
            ["Anteroom: Retention: declined or lost, and 10 days without a change"],
            await app.TextsAsync("select by_name || ': ' || reason from erasure_certificates")
        );

        // By hand: the trash, a merge, the erasure of a person.
        var other = await new Prospect { Email = "other@example.com" }.IsAcceptedAsync(app);
        var list = await root.OpenAsync("/leads");
        using (
            var deleted = await root.SendFormAsync(
                list.Form("/leads/selection"),
                ("action", "delete"),
                ("lead", $"{held}")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, deleted.StatusCode);
        Assert.Contains("on legal hold", (await root.OpenAsync("/leads")).Body!.Words(), StringComparison.Ordinal);
        var merge = await root.OpenAsync($"/leads/{other}/merge?other={held}");
        using (var merged = await root.SendFormAsync(merge.Form($"/leads/{other}/merge"), ("stays", $"{other}")))
            Assert.Equal(HttpStatusCode.Conflict, merged.StatusCode);
        var person = await root.OpenAsync($"/admin/privacy?q={held}");
        Assert.True(person.QuerySelector("[name=lead]")!.HasAttribute("disabled"));
        await using (var scope = app.Services.CreateAsyncScope())
            Assert.Null(
                await scope
                    .ServiceProvider.GetRequiredService<EraseLeads>()
                    .RunAsync([held], "By force", await RuthAsync(app), Cancellation)
            );
        // Whatever forgets to ask: the database itself.
        foreach (
            var sql in new[]
            {
                $"delete from leads where number = {held}",
                $"update leads set deleted_at = now() where number = {held}",
                "update resumes set deleted_at = now()",
                "delete from resumes",
            }
        )
            Assert.StartsWith(
                "23",
                (await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(app, sql))).SqlState,
                StringComparison.Ordinal
            );
        Assert.Equal(3, await app.CountAsync("leads"));

        using (
            var released = await root.SendFormAsync(
                (await root.OpenAsync($"/leads/{held}")).Form($"/leads/{held}/hold/release")
            )
        )
            Assert.Equal(HttpStatusCode.SeeOther, released.StatusCode);
        await ExecuteAsync(app, $"update leads set updated_at = now() - interval '20 days' where number = {held}");
        await RunJobAsync(app, "erase_leads");
        Assert.Equal(
            ["trashed@example.com", "other@example.com"],
            await app.TextsAsync("select email from leads order by number")
        );
        Assert.Equal(
            [
                $"put lead {held} on legal hold",
                $"put lead {trashed} on legal hold",
                $"released the legal hold of lead {held}",
            ],
            await app.TextsAsync("select summary from audit where kind = 'legal_hold' order by id")
        );
        Assert.NotEqual(free, held);
    }

    [Fact]
    public async Task A_period_can_be_looked_at_before_it_is_saved()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var root = await app.SignedInAsync(Role.Administrator, "root", "Ruth Byron");
        var number = await new Prospect { FirstName = "Old", LastName = "Decline" }.IsAcceptedAsync(app);
        await new Prospect { Email = "open@example.com" }.IsAcceptedAsync(app);
        await ExecuteAsync(
            app,
            $"update leads set status = 'declined', closed_at = now(), created_at = now() - interval '400 days', updated_at = now() - interval '400 days' where number = {number}"
        );

        var nothing = (await root.OpenAsync("/admin/retention")).QuerySelector("#preview")!.Words();
        Assert.DoesNotContain("Old Decline", nothing, StringComparison.Ordinal);
        var preview = (await root.OpenAsync("/admin/retention?leads=365&resumes=30&audit=1")).QuerySelector(
            "#preview"
        )!;

        Assert.Contains("1 lead after 365 days.", preview.Words(), StringComparison.Ordinal);
        Assert.Contains("1 file after 30 days.", preview.Words(), StringComparison.Ordinal);
        Assert.Contains("0 lines after 30 days.", preview.Words(), StringComparison.Ordinal);
        Assert.NotNull(preview.QuerySelector($"a[href='/leads/{number}']"));
        Assert.Equal(2, await app.CountAsync("leads"));
        Assert.Null(
            app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Anteroom.Firm.RetentionOptions>>().Value.EraseLeadsAfterDays
        );
    }

    [Fact]
    public async Task Every_table_that_names_a_lead_is_counted_on_certificates_and_every_one_but_of_nodes_is_in_the_file()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var naming = await app.TextsAsync(
            "select distinct conrelid::regclass::text from pg_constraint where contype = 'f' and confrelid in ('leads'::regclass, 'resumes'::regclass) order by 1"
        );
        // A hold is the one thing that is never erased with its lead.
        Assert.Equal(
            [.. naming.Append("leads").Except(["legal_holds"], StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            ErasureCertificates.Parts.Select(part => part.Table).Order(StringComparer.Ordinal)
        );
        var file = string.Join('\n', PersonPart.All.Select(part => part.Sql));
        string[] leftOut = ["idempotency_keys", "lead_reads", "lead_viewers", "notices", "resume_copies"];
        Assert.All(naming.Except(leftOut, StringComparer.Ordinal), table => Assert.Matches($@"\b{table}\b", file));
    }

    private static async Task<CurrentUser> RuthAsync(AnteroomApp app) =>
        new(
            await app.ValueAsync<Guid>("select id from users where user_name = 'root'"),
            "root",
            "Ruth Byron",
            Role.Administrator
        );

    private static async Task<string?> ProblemAsync(AnteroomApp app, byte[] document)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Certificates>().ProblemOfAsync(document, Cancellation);
    }

    private static async Task RunJobAsync(AnteroomApp app, string job)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await JobList.Find(job)!.RunAsync(scope.ServiceProvider, DateTimeOffset.UtcNow, Cancellation);
    }

    private static async Task<string> TextAsync(ZipArchive zip, string name)
    {
        await using var content = await zip.GetEntry(name)!.OpenAsync(Cancellation);
        using var reader = new StreamReader(content);
        return await reader.ReadToEndAsync(Cancellation);
    }

    private static async Task ExecuteAsync(AnteroomApp app, string sql)
    {
        await using var command = app.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
