using System.Net;
using System.Text;
using System.Text.Json;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Leads;

/// <summary>A submission as JSON: the resume is base64 in whichever shape programs write it.</summary>
public sealed class JsonSubmissionTests(TestDatabases databases)
{
    public static TheoryData<string, Func<byte[], string>> Shapes { get; } =
        new()
        {
            { "plain", file => Quote(Convert.ToBase64String(file)) },
            { "without padding", file => Quote(Convert.ToBase64String(file).TrimEnd('=')) },
            { "data prefix", file => Quote("data:application/pdf;base64," + Convert.ToBase64String(file)) },
            { "data prefix with a name", file => Quote("DATA:;name=cv.pdf;base64," + Convert.ToBase64String(file)) },
            {
                "lines",
                file => JsonSerializer.Serialize(Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks))
            },
            {
                "lines as a shell leaves them",
                file => Quote(Convert.ToBase64String(file, Base64FormattingOptions.InsertLineBreaks))
            },
            { "plus escaped as .NET does", file => JsonSerializer.Serialize(Convert.ToBase64String(file)) },
            {
                "slash escaped as PHP does",
                file => Quote(Convert.ToBase64String(file).Replace("/", "\\/", StringComparison.Ordinal))
            },
            {
                "everything escaped",
                file => Quote(string.Concat(Convert.ToBase64String(file).Select(one => $"\\u{(int)one:X4}")))
            },
        };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Every_way_to_write_base64_gives_the_same_file(string shape, Func<byte[], string> write)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        // Three sizes, for the three ways in which base64 can end; the random tail has every digit in it.
        for (var extra = 0; extra < 3; extra++)
        {
            var file = SampleFiles.Pdf().Concat(Noise(3000 + extra)).ToArray();
            using var answer = await SendAsync(app, Body(write(file)));
            Assert.True(
                answer.StatusCode == HttpStatusCode.Created,
                $"{shape}: {await answer.Content.ReadAsStringAsync()}"
            );
            var kept = app.KeptFiles().OrderBy(File.GetLastWriteTimeUtc).Select(File.ReadAllBytes).ToList();
            Assert.Contains(kept, one => one.SequenceEqual(file));
        }
    }

    [Fact]
    public async Task A_file_of_the_largest_size_in_small_pieces_arrives_whole()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Resumes:MaxBytes", "400001")], role: "web");
        var file = SampleFiles.Pdf().Concat(Noise(400001)).Take(400001).ToArray();
        using var content = new StreamContent(
            new Drops(Encoding.UTF8.GetBytes(Body(Quote(Convert.ToBase64String(file)))))
        );
        content.Headers.ContentType = new("application/json");

        using var answer = await app.Client.PostAsync(new Uri("/api/leads", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(file, await File.ReadAllBytesAsync(Assert.Single(app.KeptFiles())));
    }

    [Theory]
    [InlineData("\"no base64!\"")]
    [InlineData("\"JVBERi0=LjQ=\"")]
    [InlineData("\"JVBERi0xL\"")]
    [InlineData("\"JVBERi0x===\"")]
    [InlineData("\"JVBERi0xLg=\"")]
    [InlineData("\"data:application/pdf,JVBERi0xLjQ=\"")]
    [InlineData("\"data:application/pdf;base64\"")]
    [InlineData("\"JVBERi0xLjQ\\u00e4\"")]
    [InlineData("\"JVBE_i0-LjQ\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("[\"JVBERi0xLjQ=\"]")]
    [InlineData("{\"resume\":\"JVBERi0xLjQ=\"}")]
    public async Task What_is_not_base64_is_named_at_its_field_and_leaves_nothing(string resume)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await SendAsync(app, Body(resume));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("resume", Assert.Single(errors.EnumerateObject()).Name);
        await app.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("[\"resume\",\"JVBERi0xLjQ=\"]")]
    [InlineData("\"resume\"")]
    [InlineData("{\"resume\":\"JVBERi0xLjQ=")]
    [InlineData("{\"resume\":\"JVBERi0xLjQ=\"")]
    [InlineData("{\"resume\":\"JVBERi0xLjQ=\",}")]
    [InlineData("{\"resume\":\"JVBERi0xLjQ=\"}}")]
    [InlineData("{\"first_name\":\"Ada\" \"resume\":\"JVBERi0xLjQ=\"}")]
    public async Task What_is_not_a_JSON_object_is_a_parse_error_and_leaves_nothing(string body)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await SendAsync(app, body);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("JSON parse error - ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await app.AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData("\"first_name\": false", "first_name")]
    [InlineData("\"last_name\": {}", "last_name")]
    [InlineData("\"email\": [\"ada@example.com\"]", "email")]
    [InlineData("\"phone\": \"\\ud800\"", "phone")]
    [InlineData("\"message\": \"one\", \"message\": \"two\"", "message")]
    public async Task Fields_that_are_no_text_are_named(string field, string name)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");

        using var answer = await SendAsync(
            app,
            $$"""{{{field}}, "resume": "{{Convert.ToBase64String(SampleFiles.Pdf())}}"}"""
        );

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var errors = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.True(errors.TryGetProperty(name, out _), errors.ToString());
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Too_much_is_refused_at_its_field_a_little_over_and_as_a_whole_far_over()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Resumes:MaxBytes", "20000")], role: "web");

        using var little = await SendAsync(app, Body(Quote(Convert.ToBase64String(SampleFiles.Pdf(20001)))));
        using var far = await SendAsync(app, Body(Quote(Convert.ToBase64String(SampleFiles.Pdf(80000)))));
        using var texts = await SendAsync(app, $$"""{"message": "{{new string('x', 70000)}}"}""");

        Assert.Equal(HttpStatusCode.BadRequest, little.StatusCode);
        Assert.StartsWith("{\"resume\":", await little.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, far.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, texts.StatusCode);
        await app.AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task The_file_has_the_name_that_was_sent_wherever_it_stands_or_one_of_ours()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        var pdf = Convert.ToBase64String(SampleFiles.Pdf());

        using (await SendAsync(app, Body($"\"{pdf}\", \"resume_filename\": \"../../Ada's CV.pdf\""))) { }
        Assert.Equal("Ada's CV.pdf", await app.ValueAsync<string>("select file_name from resumes"));
        using (await SendAsync(app, Body(Quote(pdf)))) { }
        Assert.Equal(1, await app.CountAsync("resumes where file_name = 'resume.pdf'"));
    }

    private static string Quote(string text) => $"\"{text}\"";

    private static string Body(string resume) =>
        $$"""{"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", "phone": 5551234, "resume": {{resume}}}""";

    private static byte[] Noise(int count)
    {
        var noise = new byte[count];
        new Random(17).NextBytes(noise);
        return noise;
    }

    private static async Task<HttpResponseMessage> SendAsync(AnteroomApp app, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return await app.Client.PostAsync(new Uri("/api/leads", UriKind.Relative), content);
    }

    /// <summary>Gives an odd number of bytes at a time, so that every construct is cut somewhere.</summary>
    private sealed class Drops(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 997)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 997)], cancellationToken);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellation)
        {
            var piece = new byte[997];
            int read;
            while ((read = await ReadAsync(piece, cancellation)) > 0)
            {
                await destination.WriteAsync(piece.AsMemory(0, read), cancellation);
                await destination.FlushAsync(cancellation);
            }
        }
    }
}
