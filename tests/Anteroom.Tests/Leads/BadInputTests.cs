using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Leads;

/// <summary>What people and programs send by mistake or on purpose: each gets a clear answer, and nothing is left of it.</summary>
public sealed class BadInputTests(TestDatabases databases)
{
    public static TheoryData<string, string?, string> Texts
    {
        get
        {
            var cases = new TheoryData<string, string?, string>();
            foreach (var box in (string[])["first_name", "last_name"])
            {
                var what = box.Replace('_', ' ');
                cases.Add(box, "", what);
                cases.Add(box, null, what);
                cases.Add(box, " \t\u00a0\u3000 ", what);
                cases.Add(box, new string('x', 101), "100");
                cases.Add(box, "Ada\0", "");
                cases.Add(box, "Ada\u0007", "");
                cases.Add(box, "Ada\r\nBcc: evil@example.com", "");
                cases.Add(box, "Ada\nX", "");
                cases.Add(box, "Ada\rX", "");
                cases.Add(box, "Ada\u202Efdp.exe", "");
                cases.Add(box, "A\u2066d\u2069a", "");
            }

            foreach (
                var email in (string?[])
                    [
                        null,
                        "",
                        "   ",
                        "ada",
                        "ada@",
                        "@example.com",
                        "ada@example",
                        "ada@@example.com",
                        "ada lovelace@example.com",
                        "ada@exam ple.com",
                        "ada@example.com\r\nBcc: evil@example.com",
                        "ada\n@example.com",
                        "ada@example.com\0",
                        "ada\u202E@example.com",
                        "ada@-example.com",
                        "ada@example..com",
                        ".ada@example.com",
                        "ada@127.0.0.1",
                        "<ada@example.com>",
                        "ada@example.com,eve@example.com",
                        new string('a', 65) + "@example.com",
                        "a@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)) + ".com",
                    ]
            )
                cases.Add("email", email, "");
            cases.Add("phone", "call me", "");
            cases.Add("phone", "1", "");
            cases.Add("phone", "+1 202 555 0142\r\n", "ok");
            cases.Add("phone", "+1 202\r\n555 0142", "");
            cases.Add("phone", new string('1', 51), "50");
            cases.Add("practice_area", "Alchemy", "Family");
            cases.Add("practice_area", "Family\r\nX", "");
            cases.Add("message", new string('m', 5001), "5,000");
            cases.Add("message", "a\0b", "");
            cases.Add("message", "a\u001bb", "");
            return cases;
        }
    }

    /// <summary>Somebody who fills in one field otherwise.</summary>
    public static Prospect With(string field, string? value) =>
        field switch
        {
            "first_name" => new() { FirstName = value },
            "last_name" => new() { LastName = value },
            "email" => new() { Email = value },
            "phone" => new() { Phone = value },
            "practice_area" => new() { PracticeArea = value },
            _ => new() { Message = value },
        };

    [Fact]
    public async Task Every_wrong_text_is_named_beside_its_field_and_leaves_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var accepted = 0;
        foreach (var row in Texts)
        {
            var (field, value, contains) = row.Data;
            var prospect = With(field, value);

            using var answer = await prospect.SubmitsAsync(app);

            if (contains == "ok")
            {
                Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
                accepted++;
                continue;
            }

            Assert.True(
                answer.StatusCode == HttpStatusCode.UnprocessableEntity,
                $"{field} = {value}: {answer.StatusCode}"
            );
            var error = await answer.ErrorAsync(field);
            Assert.True(error?.Contains(contains, StringComparison.Ordinal) == true, $"{field} = {value}: {error}");
        }

        Assert.Equal(accepted, await app.CountAsync("leads"));
        Assert.Equal(accepted, app.KeptFiles().Count);
        Assert.Empty(app.HalfReceivedFiles());
    }

    [Fact]
    public async Task A_refused_form_keeps_what_was_typed_and_names_every_field_that_is_wrong()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var prospect = new Prospect
        {
            FirstName = "Ada <b>",
            LastName = "",
            Email = "ada@",
            Message = "I typed \"this\" & more",
            PracticeArea = "Family",
            Resume = null,
        };

        using var answer = await prospect.SubmitsAsync(app);
        var page = await answer.PageAsync();

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("Ada <b>", page.QuerySelector("[name=first_name]")!.GetAttribute("value"));
        Assert.Equal("ada@", page.QuerySelector("[name=email]")!.GetAttribute("value"));
        Assert.Equal("I typed \"this\" & more", page.QuerySelector("[name=message]")!.TextContent.Trim());
        Assert.NotNull(page.QuerySelector("[name=practice_area] option[value=Family][selected]"));
        Assert.NotNull(page.QuerySelector("[role=alert]"));
        foreach (var field in (string[])["last_name", "email", "resume"])
            Assert.NotNull(page.QuerySelector($"[name={field}][aria-invalid=true]"));
        await app.AssertNothingIsLeftAsync();
    }

    public static TheoryData<string, byte[], string, string> BadFiles =>
        new()
        {
            { "a program", SampleFiles.Exe(), "resume.pdf", "PDF" },
            { "a web page", SampleFiles.Html(), "resume.pdf", "PDF" },
            { "a drawing", SampleFiles.Svg(), "resume.pdf", "PDF" },
            { "a spreadsheet", SampleFiles.Xlsx(), "resume.docx", "PDF" },
            { "a document with macros", SampleFiles.Docm(), "resume.docx", "" },
            { "an encrypted document", SampleFiles.Encrypted(), "resume.docx", "" },
            { "an archive", SampleFiles.Zip(), "resume.docx", "PDF" },
            { "nothing", [], "resume.pdf", "empty" },
            { "noise", [0, 1, 2, 3, 0xff, 0xfe, 0], "resume.txt", "PDF" },
        };

    [Fact]
    public async Task A_file_that_is_no_resume_is_refused_by_its_content()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        foreach (var row in BadFiles)
        {
            var (what, content, name, contains) = row.Data;

            using var answer = await new Prospect { Resume = content, FileName = name }.SubmitsAsync(app);

            Assert.True(answer.StatusCode == HttpStatusCode.UnprocessableEntity, $"{what}: {answer.StatusCode}");
            var error = await answer.ErrorAsync("resume");
            Assert.True(error?.Contains(contains, StringComparison.Ordinal) == true, $"{what}: {error}");
        }

        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_file_of_11_MB_is_refused_with_the_limit_and_one_of_10_MB_is_taken()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await new Prospect { Resume = SampleFiles.Pdf(11 * 1024 * 1024) }.SubmitsAsync(app);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("10 MB", await answer.ErrorAsync("resume"), StringComparison.Ordinal);
        await app.AssertNothingIsLeftAsync();
        await new Prospect { Resume = SampleFiles.Pdf((10 * 1024 * 1024) - 4096) }.IsAcceptedAsync(app);
    }

    [Fact]
    public async Task A_body_far_beyond_the_limit_is_not_read_to_its_end()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Resumes:MaxBytes", "1000")], role: "web");

        using var answer = await new Prospect { Resume = SampleFiles.Pdf(3 * 1024 * 1024) }.SubmitsAsync(app);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_hostile_file_name_is_only_ever_shown_never_followed()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        string[] names =
        [
            "../../x.pdf",
            @"..\..\x.pdf",
            "/etc/passwd",
            "C:\\resume.pdf",
            "a\u202Efdp.exe",
            "NUL.pdf",
            "x;rm -rf.pdf",
            "..",
            new string('n', 400) + ".pdf",
        ];
        foreach (var name in names)
            await new Prospect { FileName = name }.IsAcceptedAsync(app);

        Assert.Equal(names.Length, app.KeptFiles().Count);
        await using var command = app.Database.CreateCommand("select file_name from resumes");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var kept = reader.GetString(0);
            Assert.InRange(kept.Length, 1, 200);
            Assert.DoesNotContain('/', kept);
            Assert.DoesNotContain('\\', kept);
            Assert.DoesNotContain('\u202e', kept);
        }
    }

    [Fact]
    public async Task Two_files_are_one_too_many()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var form = new Prospect().ToForm();
        var second = new ByteArrayContent(SampleFiles.Txt());
        form.Add(second, "resume", "second.txt");

        using var answer = await app.Client.PostAsync(new Uri("/", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("one file", await answer.ErrorAsync("resume"), StringComparison.Ordinal);
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_field_sent_twice_is_refused()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var form = new Prospect().ToForm();
        form.Add(new StringContent("eve@example.com"), "email");

        using var answer = await app.Client.PostAsync(new Uri("/", UriKind.Relative), form);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains("twice", await answer.ErrorAsync("email"), StringComparison.Ordinal);
        await app.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData("multipart/form-data", 400)]
    [InlineData("multipart/form-data; boundary=", 400)]
    [InlineData("multipart/form-data; boundary=other", 400)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json", 415)]
    [InlineData("text/plain", 415)]
    [InlineData(null, 415)]
    public async Task A_body_that_is_no_such_form_gets_a_clear_answer(string? contentType, int status)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var body = new ByteArrayContent(
            "--b\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nx\r\n--b--\r\n"u8.ToArray()
        );
        if (contentType is not null)
            body.Headers.TryAddWithoutValidation("Content-Type", contentType);

        using var answer = await app.Client.PostAsync(new Uri("/", UriKind.Relative), body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains("form", (await answer.PageAsync()).Body!.Words(), StringComparison.OrdinalIgnoreCase);
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_body_that_is_cut_off_leaves_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var whole = new Prospect { Resume = SampleFiles.Pdf(200_000) }.ToForm();
        var bytes = await whole.ReadAsByteArrayAsync();
        using var half = new ByteArrayContent(bytes[..(bytes.Length / 2)]);
        half.Headers.ContentType = MediaTypeHeaderValue.Parse(whole.Headers.ContentType!.ToString());

        using var answer = await app.Client.PostAsync(new Uri("/", UriKind.Relative), half);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_prospect_who_hangs_up_in_the_middle_leaves_nothing()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using (var socket = await BeginUploadAsync(app))
            await WaitUntilAsync(() => app.HalfReceivedFiles().Count == 1);

        await WaitUntilAsync(() => app.HalfReceivedFiles().Count == 0);
        await app.AssertNothingIsLeftAsync();
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task An_upload_that_comes_too_slowly_is_stopped_and_gives_its_place_back()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Resumes:UploadTimeout", "00:00:01")],
            role: "web"
        );
        using var socket = await BeginUploadAsync(app);

        var answer = await ReadAllAsync(socket);

        Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
        await WaitUntilAsync(() => app.HalfReceivedFiles().Count == 0);
        await app.AssertNothingIsLeftAsync();
    }

    [Trait("Category", "Slow")]
    [Fact]
    public async Task An_upload_that_drips_is_stopped_before_its_time_is_up()
    {
        await using var app = await AnteroomApp.StartAsync(
            databases,
            [new("Resumes:SlowestUpload", "1000000"), new("Resumes:SlowUploadGrace", "00:00:02")],
            role: "web"
        );
        using var socket = await BeginUploadAsync(app);

        var answer = await ReadAllAsync(socket);

        Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 408", StringComparison.Ordinal), answer);
        await WaitUntilAsync(() => app.HalfReceivedFiles().Count == 0);
        await app.AssertNothingIsLeftAsync();
    }

    /// <summary>Sends the beginning of a submission by hand and leaves the line open.</summary>
    private static async Task<Socket> BeginUploadAsync(AnteroomApp app)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, app.Address.Port);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n"
                    + "--b\r\nContent-Disposition: form-data; name=\"resume\"; filename=\"r.pdf\"\r\n\r\n%PDF-1.4\n"
                    + new string('x', 100_000)
            )
        );
        return socket;
    }

    private static async Task<string> ReadAllAsync(Socket socket)
    {
        await using var stream = new NetworkStream(socket);
        using var reader = new StreamReader(stream);
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        var patience = DateTime.UtcNow.AddMinutes(1);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < patience, "This took too long.");
            await Task.Delay(20);
        }
    }
}
