using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Anteroom.Leads;
using Anteroom.Resumes;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;
using Anteroom.Tests.Leads;
using Anteroom.Tests.Operations;
using Anteroom.Tests.Resumes.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Resumes;

/// <summary>What people look at is made in the background: a PDF of each document, and a picture of page one.</summary>
public sealed class ConversionTests(TestDatabases databases)
{
    private static readonly bool Draws = LimitedProgram.IsInstalled("pdftoppm");
    private static readonly string Tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(SampleFiles.Pdf()))}\"";

    // Where nothing is drawn, the PDF is all that is made.
    private static readonly int OfDocument = Draws ? 2 : 1;

    [Fact]
    public async Task A_document_is_looked_at_as_a_PDF_and_downloaded_as_it_came_or_as_one()
    {
        var docx = SampleFiles.Docx();
        await using var programs = new TemporaryFolder();
        await using var app = await StartAsync(programs.Path);
        await new Prospect { Resume = docx, FileName = "CV of Ada.docx" }.IsAcceptedAsync(app);
        await app.WaitUntilAsync($"select count(*) = {OfDocument} from resume_copies");
        using var maria = await app.SignedInAsync(Role.Staff, "maria");

        var page = await maria.OpenAsync("/leads/1");
        Assert.Contains("Preview made", page.QuerySelector("#resume-steps")!.Words(), StringComparison.Ordinal);
        if (Draws)
        {
            using var picture = await maria.GetAsync(
                new Uri(page.QuerySelector(".file-page img")!.GetAttribute("src")!, UriKind.Relative)
            );
            Assert.Equal("image/png", picture.Content.Headers.ContentType!.ToString());
            Assert.Equal("PNG"u8.ToArray(), (await picture.Content.ReadAsByteArrayAsync())[1..4]);
        }

        Assert.Equal(0, await LooksAsync(app));

        var view = await maria.OpenAsync("/leads/1/resume/view");
        Assert.Equal("/leads/1/resume/preview", view.QuerySelector("iframe.resume-frame")!.GetAttribute("src"));
        Assert.Equal(
            ["Download the original", "Download as PDF"],
            view.QuerySelectorAll(".page-head a").Select(link => link.Words())
        );
        Assert.Equal(1, await LooksAsync(app));

        using var shown = await maria.GetAsync(new Uri("/leads/1/resume/preview", UriKind.Relative));
        Assert.Equal("application/pdf", shown.Content.Headers.ContentType!.ToString());
        Assert.EndsWith(
            "; sandbox",
            shown.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        Assert.Equal(Tag, shown.Headers.ETag!.Tag);
        Assert.Contains(
            "Ann Example",
            await maria.GetStringAsync(new Uri("/leads/1/resume/preview?view=text", UriKind.Relative)),
            StringComparison.Ordinal
        );

        using var request = new HttpRequestMessage(HttpMethod.Get, "/leads/1/resume/pdf");
        request.Headers.Range = new RangeHeaderValue(1, 4);
        using var part = await maria.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("PDF-", await part.Content.ReadAsStringAsync());
        Assert.Equal("Lovelace_Ada_resume.pdf", part.Content.Headers.ContentDisposition!.FileNameStar);
        using var original = await maria.GetAsync(new Uri("/leads/1/resume", UriKind.Relative));
        Assert.Equal(docx, await original.Content.ReadAsByteArrayAsync());
        Assert.Equal("Lovelace_Ada_resume.docx", original.Content.Headers.ContentDisposition!.FileNameStar);
    }

    [Fact]
    public async Task What_is_made_of_a_file_is_encrypted_kept_by_the_sweep_and_gone_with_it()
    {
        await using var programs = new TemporaryFolder();
        await using var app = await StartAsync(
            programs.Path,
            ("Resumes:EncryptionKeys", Keys.Old),
            ("Retention:TrashDays", "3"),
            ("Retention:DeleteResumesAfterDays", "30")
        );
        await new Prospect { Resume = SampleFiles.Docx(), FileName = "cv.docx" }.IsAcceptedAsync(app);
        await new Prospect
        {
            Resume = SampleFiles.Odt(),
            FileName = "cv.odt",
            Email = "b@example.com",
        }.IsAcceptedAsync(app);
        using var api = await app.BearerAsync(Role.Administrator, "api");
        var lead = await app.ValueAsync<Guid>("select id from leads where number = 1");
        using (await LeadFilesTests.AddAsync(api, lead, SampleFiles.Xlsx(), "Fees.xlsx", "")) { }
        await app.WaitUntilAsync($"select count(*) = {3 * OfDocument} from resume_copies");
        Assert.Equal(3 + (3 * OfDocument), app.KeptFiles().Count);
        foreach (var file in app.KeptFiles())
            Assert.Equal(0x8E, (await File.ReadAllBytesAsync(file))[0]);

        // The sheet has no text; people look at it as a PDF.
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        var link = (await root.OpenAsync("/leads/1")).QuerySelector(
            "#files-list a[aria-label='Download Fees.xlsx as PDF']"
        )!;
        using (var sheet = await root.GetAsync(new Uri(link.GetAttribute("href")!, UriKind.Relative)))
        {
            Assert.Equal(SampleFiles.Pdf(), await sheet.Content.ReadAsByteArrayAsync());
            Assert.Equal("Fees.pdf", sheet.Content.Headers.ContentDisposition!.FileNameStar);
        }

        // Checked with the others, and left alone by the sweep of what has no row.
        foreach (var file in app.KeptFiles())
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-2));
        await app.Services.GetRequiredService<RemoveOrphans>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Contains(
            $"Read {3 + (3 * OfDocument)} files",
            (
                await app.Services.GetRequiredService<CheckResumes>().RunAsync(TestContext.Current.CancellationToken)
            ).Summary,
            StringComparison.Ordinal
        );

        // Made again, alone and all: the new ones take the place of the old ones.
        var before = await app.TextsAsync("select storage_key from resume_copies");
        using (await root.SendFormAsync((await root.OpenAsync("/leads/1")).Form("/leads/1/resume/convert-again"))) { }
        await app.WaitUntilAsync(
            $"select count(*) = {OfDocument} from resume_copies where storage_key not in ('{string.Join("','", before)}')"
        );
        using (await root.SendFormAsync((await root.OpenAsync("/admin/queues")).Form("/admin/queues/convert-again")))
        { }
        await app.WaitUntilAsync(
            $"select not exists (select from resume_copies where storage_key in ('{string.Join("','", before)}')) and not exists (select from work where state <> 'done' and kind = 'convert_resume')"
        );
        await EventuallyAsync(() => app.KeptFiles().Count == 3 + (3 * OfDocument));
        Assert.Contains(
            "had the previews of 3 files made again",
            await app.TextsAsync("select summary from audit where actor = 'root'")
        );

        // Removed, deleted by its age, erased.
        var id = await app.ValueAsync<Guid>("select id from resumes where added_at is not null");
        using (await api.DeleteAsync(new Uri($"/api/v1/leads/{lead}/files/{id}", UriKind.Relative))) { }
        Assert.Equal(2 + (2 * OfDocument), app.KeptFiles().Count);
        await app.ExecuteAsync("update leads set created_at = created_at - interval '31 days' where number = 2");
        await app.Services.GetRequiredService<DeleteOldResumes>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1 + OfDocument, app.KeptFiles().Count);
        await app.ExecuteAsync("update leads set deleted_at = now() - interval '4 days'");
        await app.Services.GetRequiredService<EmptyTrash>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Empty(app.KeptFiles());
        Assert.Equal(0, await app.CountAsync("resume_copies"));
    }

    [Fact]
    public async Task A_conversion_that_hangs_is_ended_tried_again_given_up_and_done_when_it_can_be()
    {
        await using var programs = new TemporaryFolder();
        await using var app = await StartAsync(
            programs.Path,
            ("Conversion:Timeout", "00:00:02"),
            ("Work:FirstRetry", "00:00:00")
        );
        await new Prospect { Resume = Rtf("HANG"), FileName = "cv.rtf" }.IsAcceptedAsync(app);

        await app.WaitUntilAsync(
            "select state = 'failed' and attempts = 3 from work where kind = 'convert_resume'",
            minutes: 5
        );

        Assert.Empty(Hanging());
        const string why = "LibreOffice was not done within 2 seconds. Given up after 3 tries.";
        using var root = await app.SignedInAsync(Role.Administrator, "root");
        Assert.Contains(
            $"No preview could be made: {why}",
            (await root.OpenAsync("/leads/1")).QuerySelector("#resume-steps")!.Words(),
            StringComparison.Ordinal
        );
        var queues = await root.OpenAsync("/admin/queues");
        Assert.Contains("Make previews of files, lead 1", queues.Body!.Words(), StringComparison.Ordinal);
        Assert.Contains(why, queues.Body!.Words(), StringComparison.Ordinal);
        // The text is there all the same.
        Assert.Contains(
            "HANG",
            await root.GetStringAsync(new Uri("/leads/1/resume/preview", UriKind.Relative)),
            StringComparison.Ordinal
        );

        await File.WriteAllTextAsync(Path.Combine(programs.Path, "mended"), "");
        for (var tries = 0; tries < 20 && await app.CountAsync("resume_copies") == 0; tries++)
        {
            // Two seconds can be too short for anything on a busy machine.
            using (await root.SendFormAsync(queues.Form("/admin/queues/retry"))) { }
            await app.WaitUntilAsync("select state in ('done', 'failed') from work where kind = 'convert_resume'");
        }

        Assert.Equal(OfDocument, await app.CountAsync("resume_copies"));
        Assert.Empty(app.HalfReceivedFiles());
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_conversion_may_take_longer_than_a_transaction_may_otherwise_be_silent()
    {
        Assert.True(Sessions.LongestSilence < TimeSpan.FromSeconds(12));
        await using var programs = new TemporaryFolder();
        await using var app = await StartAsync(programs.Path);
        await new Prospect { Resume = Rtf("SLOW"), FileName = "cv.rtf" }.IsAcceptedAsync(app);

        await app.WaitUntilAsync("select state = 'done' from work where kind = 'convert_resume'", minutes: 5);

        Assert.Equal(1, await app.ValueAsync<int>("select attempts from work where kind = 'convert_resume'"));
        Assert.Equal(OfDocument, await app.CountAsync("resume_copies"));
    }

    [Theory]
    [InlineData("NOTHING", "LibreOffice has made no PDF of it.")]
    [InlineData("RUBBISH", "What LibreOffice has made is no PDF that can be kept.")]
    [InlineData("DIE", "LibreOffice has ended without a PDF (code 137)")]
    public async Task What_comes_to_nothing_is_said_on_the_lead_and_leaves_no_file(string document, string why)
    {
        await using var programs = new TemporaryFolder();
        await using var app = await StartAsync(programs.Path, ("Work:FirstRetry", "00:00:00"));
        await new Prospect { Resume = Rtf(document), FileName = "cv.rtf" }.IsAcceptedAsync(app);

        await app.WaitUntilAsync(
            "select state = 'failed' and attempts = 3 from work where kind = 'convert_resume'",
            minutes: 5
        );

        using var root = await app.SignedInAsync(Role.Staff, "root");
        Assert.Contains(
            $"No preview could be made: {why}",
            (await root.OpenAsync("/leads/1")).QuerySelector("#resume-steps")!.Words(),
            StringComparison.Ordinal
        );
        Assert.Single(app.KeptFiles());
        Assert.Empty(app.HalfReceivedFiles());
        using var none = await root.GetAsync(new Uri("/leads/1/resume/pdf", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_backup_has_them_and_they_are_there_after_a_restore()
    {
        await using var programs = new TemporaryFolder();
        await using var app = await StartAsync(programs.Path);
        await new Prospect { Resume = SampleFiles.Docx(), FileName = "cv.docx" }.IsAcceptedAsync(app);
        await app.WaitUntilAsync($"select count(*) = {OfDocument} from resume_copies");

        var made = await BackupTests.MakeAsync(app);

        Assert.Equal(1 + OfDocument, made.Backup.Manifest.Resumes.Count);
        Assert.Empty(made.Backup.Manifest.MissingResumes);
        var empty = await databases.CreateEmptyAsync();
        await using var folder = new TemporaryFolder();
        await BackupTests.RestoreAsync(empty, folder.Path, made.Backup.Path);
        Assert.Equal(
            1 + OfDocument,
            Directory
                .GetFiles(Path.Combine(folder.Path, "resumes"), "*.*", SearchOption.AllDirectories)
                .Count(file => Path.GetFileName(file).Length > 36)
        );
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task LibreOffice_itself_loads_nothing_from_elsewhere_and_ends_at_its_limits()
    {
        Assert.SkipUnless(
            LimitedProgram.IsInstalled("soffice"),
            "LibreOffice is not installed: apt-get install --no-install-recommends libreoffice-writer-nogui"
        );
        await using var folder = new TemporaryFolder();
        var picture = Path.Combine(folder.Path, "private.png");
        await File.WriteAllBytesAsync(picture, LinkingFiles.Png());
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var elsewhere = $"http://{listener.LocalEndpoint}/beacon.png";
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [
                new("Conversion:Enabled", "true"),
                new("Conversion:Timeout", "00:10:00"),
                new("Work:FirstRetry", "00:00:00"),
            ]
        );
        foreach (
            var (name, content) in new[]
            {
                ("link.docx", LinkingFiles.Docx(elsewhere, new Uri(picture).AbsoluteUri)),
                ("link.odt", LinkingFiles.Odt(elsewhere, new Uri(picture).AbsoluteUri)),
                ("plain.rtf", SampleFiles.Rtf()),
                ("old.doc", Encoding.UTF8.GetBytes(LinkingFiles.WordXml)),
            }
        )
            await new Prospect
            {
                Resume = content,
                FileName = name,
                Email = $"{name}@example.com",
            }.IsAcceptedAsync(app);

        await app.WaitUntilAsync(
            "select count(*) filter (where state = 'done') = 4 or count(*) filter (where state = 'failed') > 0 from work where kind = 'convert_resume'",
            minutes: 20
        );

        Assert.Empty(
            await app.TextsAsync("select last_error from work where kind = 'convert_resume' and state = 'failed'")
        );
        Assert.False(listener.Pending());
        using var maria = await app.SignedInAsync(Role.Staff, "maria");
        for (var number = 1; number <= 4; number++)
        {
            var pdf = await maria.GetByteArrayAsync(new Uri($"/leads/{number}/resume/pdf", UriKind.Relative));
            Assert.Contains("Ann Example", ResumeText.Read(pdf, ResumeType.Pdf, null)!.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("/Subtype/Image", Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
        }
    }

    private async Task<AnteroomApp> StartAsync(string programs, params (string Key, string Value)[] settings) =>
        await AnteroomApp.StartAsync(
            databases,
            [
                new("Conversion:Enabled", "true"),
                new("Conversion:Program", StandInOffice.In(programs)),
                new("Conversion:Timeout", "00:10:00"),
                .. settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)),
            ]
        );

    private static byte[] Rtf(string text) => Encoding.ASCII.GetBytes($@"{{\rtf1\ansi {text}\par}}");

    private static Task<long> LooksAsync(AnteroomApp app) =>
        app.ValueAsync<long>("select count(*) from activities where kind = 'resume_viewed'");

    private static async Task EventuallyAsync(Func<bool> holds)
    {
        for (var tries = 0; tries < 200 && !holds(); tries++)
            await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.True(holds());
    }

    private static List<string> Hanging() =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Select(process => Path.Combine(process, "cmdline"))
                .Select(file =>
                {
                    try
                    {
                        return File.ReadAllText(file);
                    }
                    catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                    {
                        return ""; // no process, or it has just ended
                    }
                })
                .Where(command => command.StartsWith($"sleep\0{StandInOffice.Hangs}", StringComparison.Ordinal)),
        ];
}
