using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Anteroom.Leads;
using Anteroom.Resumes;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Anteroom.Tests.Leads;

/// <summary>People of the firm add files to a lead, beside the resume that came with it.</summary>
[Trait("Category", "Slow")]
public sealed class LeadFilesTests(TestDatabases databases)
{
    private static readonly (string Type, byte[] Content)[] Kinds =
    [
        ("application/pdf", SampleFiles.Pdf()),
        ("text/plain", "name,born\r\nAda,1815\r\n"u8.ToArray()),
        ("image/jpeg", [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[40]]),
        ("image/png", [0x89, .. "PNG\r\n\x1A\n\0\0\0\rIHDR"u8, .. new byte[40]]),
        ("image/gif", [.. "GIF89a"u8, .. new byte[40]]),
        ("image/webp", [.. "RIFF\0\0\0\0WEBPVP8 "u8, .. new byte[40]]),
        ("image/heic", [.. "\0\0\0\u0018ftypheic"u8, .. new byte[40]]),
        ("image/tiff", [.. "II*\0"u8, .. new byte[40]]),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", SampleFiles.Xlsx()),
        ("application/vnd.ms-excel", SampleFiles.Xls()),
        ("application/vnd.oasis.opendocument.spreadsheet", SampleFiles.Ods()),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation", Presentation()),
        ("message/rfc822", Encoding.ASCII.GetBytes(Mail)),
        ("application/vnd.ms-outlook", CompoundWriter.Write("__properties_version1.0")),
    ];

    private const string Mail =
        "From: ada@example.com\r\nTo: desk@firm.example\r\nSubject: My visa\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nIt ends in Zanzibar.\r\n";

    private static readonly (byte[] Content, string Finding)[] Refused =
    [
        (SampleFiles.Exe(), "program"),
        (SampleFiles.Html(), "web page"),
        (SampleFiles.Svg(), "SVG"),
        (SampleFiles.Zip(("a.txt", "a")), "unpack"),
        (SampleFiles.Docm(), "macros"),
        (SampleFiles.Encrypted(), "password"),
        ([], "empty"),
        ([.. "RIFF\0\0\0\0AVI LIST"u8, .. new byte[40]], "not a kind"),
    ];

    [Fact]
    public async Task A_file_is_known_by_its_content_described_handed_out_changed_and_removed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        var lead = await app.ValueAsync<Guid>("select id from leads");
        var files = $"/api/v1/leads/{lead}/files";
        using var maria = await app.BearerAsync(Role.Staff, "maria");

        foreach (var (type, content) in Kinds)
        {
            using var answer = await AddAsync(maria, lead, content, "C:\\x\\évidence.exe");
            Assert.True(
                answer.StatusCode == HttpStatusCode.Created,
                $"{type}: {await answer.Content.ReadAsStringAsync()}"
            );
            var added = await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal(type, added.GetProperty("content_type").GetString());
            Assert.Equal("évidence.exe", added.GetProperty("file_name").GetString());
            Assert.Equal("available", added.GetProperty("state").GetString());
        }

        foreach (var (content, finding) in Refused)
        {
            using var answer = await AddAsync(maria, lead, content, "resume.pdf");
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            var why = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").GetProperty("file");
            Assert.Contains(finding, why[0].GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(Kinds.Length + 1, app.KeptFiles().Count);
        Assert.Empty(app.HalfReceivedFiles());

        // Handed out as a resume is: as an attachment that no browser runs, with ranges and its digest.
        var all = await maria.GetFromJsonAsync<JsonElement[]>(files);
        Assert.Equal(Kinds.Select(kind => kind.Type), all!.Select(one => one.GetProperty("content_type").GetString()));
        var one = $"{files}/{all![2].GetProperty("id").GetGuid()}";
        using (var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{one}/content", UriKind.Relative)))
        {
            request.Headers.Range = new RangeHeaderValue(1, 3);
            using var part = await maria.SendAsync(request);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal([0xD8, 0xFF, 0xE0], await part.Content.ReadAsByteArrayAsync());
            Assert.Equal("évidence.exe.jpg", part.Content.Headers.ContentDisposition!.FileNameStar);
            Assert.Equal("attachment", part.Content.Headers.ContentDisposition.DispositionType);
            Assert.Equal("nosniff", part.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal($"\"{all[2].GetProperty("sha256").GetString()}\"", part.Headers.ETag!.Tag);
        }

        // Renamed, described, and removed, with a line for each.
        using (
            var changed = await maria.PatchAsJsonAsync(
                one,
                new { file_name = " Visa page.jpg ", note = "Expires soon" }
            )
        )
            Assert.Contains(
                "\"note\":\"Expires soon\"",
                await changed.Content.ReadAsStringAsync(),
                StringComparison.Ordinal
            );
        using (var changed = await maria.PatchAsJsonAsync(one, new { note = (string?)null }))
            Assert.Contains("\"note\":null", await changed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using (var wrong = await maria.PatchAsJsonAsync(one, new { file_name = "", note = new string('x', 501) }))
        {
            var errors = (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
            Assert.Equal(["file_name", "note"], errors.EnumerateObject().Select(field => field.Name));
        }

        using (var gone = await maria.DeleteAsync(new Uri(one, UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        foreach (var address in new[] { one, $"{one}/content" })
        {
            using var missing = await maria.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        }

        Assert.Equal(Kinds.Length, app.KeptFiles().Count);
        var lines = await app.TextsAsync(
            "select summary from activities where kind like 'file_%' order by id desc limit 3"
        );
        Assert.Equal(
            [
                "removed the file “Visa page.jpg”",
                "changed the note on the file “Visa page.jpg”",
                "renamed the file “évidence.exe” to “Visa page.jpg”",
            ],
            lines
        );
        Assert.Equal(
            1,
            await app.ValueAsync<long>("select count(*) from audit where summary like 'removed the file%lead 1'")
        );

        // The resume is none of these, and stays the only one; nothing was said to be another lead's.
        Assert.Equal(
            "Ada Lovelace.pdf",
            (await maria.GetFromJsonAsync<JsonElement>($"/api/v1/leads/{lead}"))
                .GetProperty("resume")
                .GetProperty("file_name")
                .GetString()
        );
        var resume = await app.ValueAsync<Guid>("select id from resumes where added_at is null");
        using (var kept = await maria.DeleteAsync(new Uri($"{files}/{resume}", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NotFound, kept.StatusCode);
        using (
            var elsewhere = await maria.GetAsync(
                new Uri($"/api/v1/leads/{Guid.CreateVersion7()}/files", UriKind.Relative)
            )
        )
            Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);

        // As many as fit.
        await app.ExecuteAsync(
            $"insert into resumes (id, lead_id, file_name, type, bytes, sha256, storage_key, added_at, added_by) select gen_random_uuid(), lead_id, 'x', 'pdf', 1, '', gen_random_uuid()::text, now(), added_by from resumes, generate_series(1, {AddFile.MostOnLead - Kinds.Length + 1}) where id = (select id from resumes where added_at is not null limit 1)"
        );
        using var full = await AddAsync(maria, lead, SampleFiles.Pdf(), "one too many.pdf");
        Assert.Contains(
            $"has {AddFile.MostOnLead} files",
            await full.Content.ReadAsStringAsync(),
            StringComparison.Ordinal
        );
        Assert.Equal(Kinds.Length, app.KeptFiles().Count);
    }

    [Fact]
    public async Task A_lead_is_found_by_the_names_and_notes_of_its_files_and_an_export_lists_them()
    {
        var (docx, xlsx) = (SampleFiles.Docx(), SampleFiles.Xlsx());
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Retention:DeleteResumesAfterDays", "30")],
            role: "web"
        );
        await new Prospect { FileName = "zebra.pdf" }.IsAcceptedAsync(app);
        await new Prospect { Email = "b@example.com" }.IsAcceptedAsync(app);
        var lead = await IdAsync(app, 1);
        using var maria = await app.BearerAsync(Role.Administrator, "maria");
        Guid id;
        using (var added = await AddAsync(maria, lead, docx, "Engagement_letter.docx", "Signed by Włodek"))
            id = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();

        Assert.Equal("1", await FoundAsync(maria, "engagement"));
        Assert.Equal("1", await FoundAsync(maria, "%22signed+by%22"));
        Assert.Empty(await FoundAsync(maria, "zebra")); // what a prospect calls a file says nothing
        var match = (await maria.GetFromJsonAsync<JsonElement>("/api/v1/leads?q=wlodek"))
            .GetProperty("items")[0]
            .GetProperty("match");
        Assert.Equal("file", match.GetProperty("place").GetString());
        Assert.Equal("Engagement_letter.docx: Signed by Włodek", match.GetProperty("text").GetString());

        using (
            await maria.PatchAsJsonAsync(
                $"/api/v1/leads/{lead}/files/{id}",
                new { file_name = "Fee agreement.docx", note = "" }
            )
        ) { }
        Assert.Empty(await FoundAsync(maria, "engagement"));
        Assert.Empty(await FoundAsync(maria, "wlodek"));
        Assert.Equal("1", await FoundAsync(maria, "agreement"));

        using (await AddAsync(maria, lead, xlsx, "Fees.xlsx", "")) { }
        var leads = await maria.GetFromJsonAsync<JsonElement[]>("/api/v1/leads/export?format=json");
        Assert.Equal(
            [
                $"Fee agreement.docx application/vnd.openxmlformats-officedocument.wordprocessingml.document {docx.Length} {Hash(docx)}",
                $"Fees.xlsx application/vnd.openxmlformats-officedocument.spreadsheetml.sheet {xlsx.Length} {Hash(xlsx)}",
            ],
            leads!
                [0]
                .GetProperty("files")
                .EnumerateArray()
                .Select(file =>
                    $"{file.GetProperty("file_name")} {file.GetProperty("content_type")} {file.GetProperty("bytes")} {file.GetProperty("sha256")}"
                )
        );
        Assert.False(leads[1].TryGetProperty("files", out _));
        var csv = (await maria.GetStringAsync(new Uri("/api/v1/leads/export", UriKind.Relative))).Split("\r\n");
        Assert.EndsWith(",files,code", csv[0], StringComparison.Ordinal);
        Assert.Contains(",Fee agreement.docx; Fees.xlsx,", csv[1], StringComparison.Ordinal);

        await app.ExecuteAsync("update leads set created_at = now() - interval '40 days'");
        await app.ExecuteAsync("update resumes set added_at = now() - interval '40 days' where added_at is not null");
        await app.Services.GetRequiredService<DeleteOldResumes>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await FoundAsync(maria, "agreement"));
        Assert.Equal(0, await app.CountAsync("resumes where words is not null"));

        static string Hash(byte[] content) =>
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content));
    }

    [Fact]
    public async Task Who_fetches_a_file_through_an_API_has_looked_at_it_once_an_hour()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await new Prospect().IsAcceptedAsync(app);
        var lead = await IdAsync(app, 1);
        using var maria = await app.BearerAsync(Role.Staff, "maria");
        Guid id;
        using (var added = await AddAsync(maria, lead, SampleFiles.Docx(), "Letter.docx", ""))
            id = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();

        var addresses = new[] { $"/api/v1/leads/{lead}/resume", $"/api/v1/leads/{lead}/files/{id}/content" };
        for (var i = 0; i < 2; i++)
            foreach (var address in addresses)
                Assert.NotEmpty(await maria.GetByteArrayAsync(new Uri(address, UriKind.Relative)));

        Assert.Equal(
            ["looked at the file “Letter.docx”", "looked at the resume"],
            await app.TextsAsync("select summary from activities where kind = 'resume_viewed' order by 1")
        );
    }

    [Fact]
    public async Task Its_text_is_found_and_when_the_lead_is_erased_nothing_of_it_is_left_anywhere()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Retention:TrashDays", "3"), new("Reading:Enabled", "true")]
        );
        await new Prospect { FirstName = "Ada" }.IsAcceptedAsync(app);
        await new Prospect { FirstName = "Bob", Email = "bob@example.com" }.IsAcceptedAsync(app);
        var (ada, bob) = (await IdAsync(app, 1), await IdAsync(app, 2));
        using var maria = await app.BearerAsync(Role.Administrator, "maria");
        using var browser = await app.SignedInAsync(Role.Administrator, "root");
        await AddedAsync(maria, ada, SampleFiles.Xlsx());
        foreach (var content in new[] { Presentation(), Encoding.ASCII.GetBytes(Mail), SampleFiles.Xlsx() })
            await AddedAsync(maria, bob, content);
        await app.WaitUntilAsync("select count(*) = 6 from resume_words");
        Assert.Equal("2", await FoundAsync(maria, "quagmire"));
        Assert.Equal("2", await FoundAsync(maria, "zanzibar"));
        Assert.Equal("2,1", await FoundAsync(maria, "tollgate"));

        // Gone with the file that said so.
        var files = await maria.GetFromJsonAsync<JsonElement[]>($"/api/v1/leads/{bob}/files");
        using (
            await maria.DeleteAsync(
                new Uri($"/api/v1/leads/{bob}/files/{files![1].GetProperty("id").GetGuid()}", UriKind.Relative)
            )
        ) { }
        Assert.Empty(await FoundAsync(maria, "zanzibar"));

        // Merged into the other, and found there.
        using (var merged = await MergingTests.MergeAsync(browser, 2, 1, 1))
            Assert.Equal("/leads/1", merged.Headers.Location!.ToString());
        Assert.Equal("1", await FoundAsync(maria, "quagmire"));
        var all = await maria.GetFromJsonAsync<JsonElement[]>($"/api/v1/leads/{ada}/files");
        Assert.Equal([null, 2, 2], all!.Select(file => file.GetProperty("came_with").Deserialize<long?>()));
        Assert.Contains(
            "Came with lead 2",
            (await browser.OpenAsync("/leads/1")).QuerySelector("#resume-card")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Equal(
            3,
            (await browser.OpenAsync("/leads/1")).QuerySelectorAll("#files-list .file-more[id^=remove]").Length
        );

        // Out of sight in the trash, back as it was, and then erased.
        var trash = app.Services.GetRequiredService<EmptyTrash>();
        await app.ExecuteAsync("update leads set deleted_at = now()");
        Assert.Empty(await FoundAsync(maria, "quagmire"));
        using (var hidden = await maria.GetAsync(new Uri($"/api/v1/leads/{ada}/files", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);
        await app.ExecuteAsync("update leads set deleted_at = null");
        Assert.Equal("1", await FoundAsync(maria, "quagmire"));
        var ids = await app.TextsAsync(
            "select id::text from resumes union select id::text from leads union select storage_key from resumes"
        );
        Assert.Equal(5, app.KeptFiles().Count);
        await app.ExecuteAsync("update leads set deleted_at = now() - interval '4 days'");
        await trash.RunAsync(TestContext.Current.CancellationToken);

        Assert.Empty(app.KeptFiles());
        // The feed of changes tells programs that keep a copy which lead is gone, by its number and id alone; the audit log has the number.
        foreach (
            var table in await app.TextsAsync(
                "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'lead_changes'"
            )
        )
        foreach (var id in ids)
            Assert.Equal(
                0,
                await app.ValueAsync<long>($"select count(*) from {table} each where each::text like '%{id}%'")
            );
        foreach (var table in new[] { "resumes", "resume_words", "lead_search", "activities" })
            Assert.Equal(0, await app.CountAsync(table));
    }

    [Fact]
    public async Task Several_are_added_on_the_page_and_what_the_scanner_finds_is_held_back_until_it_is_released()
    {
        await using var scanner = await ClamServer.StartAsync();
        await using var app = await AnteroomApp.StartAsync(databases, [new("Scanner:Address", scanner.Address)]);
        await new Prospect().IsAcceptedAsync(app);
        var lead = await IdAsync(app, 1);
        using var staff = await app.SignedInAsync(Role.Staff, "desk");
        var harmful = Encoding.ASCII.GetBytes($"Ada {ClamServer.Harm}");

        using (
            var answer = await PostAsync(
                staff,
                ("good.csv", "a,b\n1,2"u8.ToArray()),
                ("bad.txt", harmful),
                ("x.html", SampleFiles.Html())
            )
        )
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var words = (await answer.PageAsync()).QuerySelector("[role=alert]")!.Words();
            Assert.Contains(
                "“x.html”: This looks like a web page, not a document. Add one of these: PDF",
                words,
                StringComparison.Ordinal
            );
        }

        using (var nothing = await PostAsync(staff))
            Assert.Contains(
                "choose a file",
                (await nothing.PageAsync()).QuerySelector("[role=alert]")!.Words(),
                StringComparison.Ordinal
            );
        await app.WaitUntilAsync("select bool_and(scan_state <> 'waiting') from resumes");
        var page = await staff.OpenAsync("/leads/1");
        var lines = page.QuerySelectorAll("#files-list li").Select(line => line.Words()).ToArray();
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("Ada Lovelace.pdf", lines[0], StringComparison.Ordinal);
        Assert.Contains("The resume · PDF", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("good.csv", lines[1], StringComparison.Ordinal);
        Assert.Contains("TXT, 7 bytes · desk", lines[1], StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"The virus scanner found {ClamServer.Name} in it", lines[2], StringComparison.Ordinal);
        Assert.Contains(
            $"put the file “bad.txt” into quarantine",
            page.QuerySelector(".history")!.Words(),
            StringComparison.Ordinal
        );
        var bad = await app.ValueAsync<Guid>("select id from resumes where file_name = 'bad.txt'");
        using var bearer = await app.BearerAsync(Role.Administrator, "api");
        foreach (
            var (client, address) in new[]
            {
                (staff, $"/leads/1/documents/{bad}"),
                (staff, $"/leads/1/documents/{bad}/preview"),
                (bearer, $"/api/v1/leads/{lead}/files/{bad}/content"),
            }
        )
        {
            using var refused = await client.GetAsync(new Uri(address, UriKind.Relative));
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        Assert.Null(page.QuerySelector("form[action*='/release']"));
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        using (var released = await LeadPageTests.SendAsync(root, 1, $"/documents/{bad}/release"))
            Assert.Equal(HttpStatusCode.SeeOther, released.StatusCode);
        Assert.Equal(harmful, await staff.GetByteArrayAsync(new Uri($"/leads/1/documents/{bad}", UriKind.Relative)));

        // Changed and removed by the page's own forms.
        using (
            await LeadPageTests.SendAsync(
                staff,
                1,
                $"/files/{bad}",
                ("file_name", "Odd letter.txt"),
                ("note", "Ask her")
            )
        ) { }
        Assert.Contains(
            "Ask her",
            (await staff.OpenAsync("/leads/1")).QuerySelector($"#file-{bad}")!.Words(),
            StringComparison.Ordinal
        );
        using (await LeadPageTests.SendAsync(staff, 1, $"/files/{bad}/remove")) { }
        var after = (await staff.OpenAsync("/leads/1")).Body!.Words();
        Assert.Contains("removed the file “Odd letter.txt”", after, StringComparison.Ordinal);
        Assert.Equal(2, app.KeptFiles().Count);

        static async Task<HttpResponseMessage> PostAsync(
            HttpClient client,
            params (string Name, byte[] Content)[] files
        )
        {
            var token = (await client.OpenAsync("/leads/1")).QuerySelector(
                "#files-card input[name=__RequestVerificationToken]"
            )!;
            using var form = new MultipartFormDataContent
            {
                { new StringContent(token.GetAttribute("value")!), "__RequestVerificationToken" },
            };
            foreach (var (name, content) in files)
                form.Add(new ByteArrayContent(content), "file", name);
            return await client.PostAsync(new Uri("/leads/1/files", UriKind.Relative), form);
        }
    }

    [Fact]
    public async Task A_file_goes_when_its_own_time_is_over_and_is_no_orphan_until_then()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Retention:DeleteResumesAfterDays", "30")],
            adjust: services => services.AddSingleton<TimeProvider>(clock),
            role: "web"
        );
        await new Prospect().IsAcceptedAsync(app);
        var lead = await IdAsync(app, 1);
        clock.Advance(TimeSpan.FromDays(20));
        using (var maria = await app.BearerAsync(Role.Staff, "maria"))
        using (await AddAsync(maria, lead, SampleFiles.Docx(), "Contract.docx", "Signed")) { }
        var delete = app.Services.GetRequiredService<DeleteOldResumes>();
        var orphans = app.Services.GetRequiredService<RemoveOrphans>();

        clock.Advance(TimeSpan.FromDays(11));
        await delete.RunAsync(TestContext.Current.CancellationToken);
        await orphans.RunAsync(TestContext.Current.CancellationToken);
        Assert.Single(app.KeptFiles());
        using (var maria = await app.BearerAsync(Role.Staff, "bea"))
            Assert.Contains(
                "Contract.docx",
                await maria.GetStringAsync(new Uri($"/api/v1/leads/{lead}/files", UriKind.Relative)),
                StringComparison.Ordinal
            );

        clock.Advance(TimeSpan.FromDays(20));
        await delete.RunAsync(TestContext.Current.CancellationToken);
        Assert.Empty(app.KeptFiles());
        using (var maria = await app.BearerAsync(Role.Staff, "cleo"))
            Assert.Equal("[]", await maria.GetStringAsync(new Uri($"/api/v1/leads/{lead}/files", UriKind.Relative)));
        Assert.Equal(
            [
                "deleted a file, as the firm keeps files for 30 days",
                "deleted the resume, as the firm keeps resumes for 30 days",
            ],
            await app.TextsAsync("select summary from activities where kind = 'resume_deleted' order by id desc")
        );
        Assert.Equal("", await app.ValueAsync<string>("select string_agg(concat(file_name, note), '') from resumes"));
    }

    private static Task<Guid> IdAsync(AnteroomApp app, long number) =>
        app.ValueAsync<Guid>($"select id from leads where number = {number}");

    private static async Task AddedAsync(HttpClient client, Guid lead, byte[] content)
    {
        using var answer = await AddAsync(client, lead, content, "notes", "From the meeting");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    private static async Task<string> FoundAsync(HttpClient client, string word) =>
        string.Join(
            ',',
            (await client.GetFromJsonAsync<JsonElement>($"/api/v1/leads?q={word}"))
                .GetProperty("items")
                .EnumerateArray()
                .Select(lead => lead.GetProperty("number").GetInt64())
        );

    /// <summary>The file as a person's program sends it.</summary>
    internal static async Task<HttpResponseMessage> AddAsync(
        HttpClient client,
        Guid lead,
        byte[] content,
        string name,
        string? note = null
    )
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(content), "file", name } };
        if (note is not null)
            form.Add(new StringContent(note), "note");
        return await client.PostAsync(new Uri($"/api/v1/leads/{lead}/files", UriKind.Relative), form);
    }

    private static byte[] Presentation() =>
        SampleFiles.Zip(
            (
                "[Content_Types].xml",
                "<Types><Override PartName='/ppt/presentation.xml' ContentType='application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml'/></Types>"
            ),
            ("_rels/.rels", "<r><Relationship Type='http://x/officeDocument' Target='ppt/presentation.xml'/></r>"),
            ("ppt/presentation.xml", "<p/>"),
            (
                "ppt/slides/slide1.xml",
                "<p:sld xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>Quag</a:t></a:r><a:r><a:t>mire</a:t></a:r></a:p></p:sld>"
            )
        );
}
