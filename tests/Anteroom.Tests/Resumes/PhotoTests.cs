using System.IO.Compression;
using System.Net;
using System.Text;
using Anteroom.Resumes;
using Anteroom.Tests.Api.Compat;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Resumes;

/// <summary>Photos of documents, where the firm takes them.</summary>
[Trait("Category", "Slow")]
public sealed class PhotoTests(TestDatabases databases)
{
    private static readonly byte[] Jpeg = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAQAAAQABAAD/4gHYSUNDX1BST0ZJTEUAAQEAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAA"
            + "ABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1"
            + "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAP"
            + "KnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADb/"
            + "2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK0"
            + "6kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAIAAgDASIAAhEBAxEB/8QAFQABAQAA"
            + "AAAAAAAAAAAAAAAAAAP/xAAbEAEAAAcAAAAAAAAAAAAAAAAAFSQxUWSBkf/EABUBAQEAAAAAAAAAAAAAAAAAAAQF/8QAFhEBAQEAAAAAAAAAAA"
            + "AAAAAAAAER/9oADAMBAAIRAxEAPwCknDsrd+UAHV5Mf//Z"
    );

    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAAO0lEQVR4AayNwQkAMAgDg6N0Bd1/AldoV2lfEelDPwqHEC5EtuqtEDQXwnJHhr"
            + "0QGPx/UDhmyHCqnXgAAAD//0lNaU8AAAAGSURBVAMAaCkeIedE5mwAAAAASUVORK5CYII="
    );

    private static readonly byte[] Webp = Convert.FromBase64String(
        "UklGRjwCAABXRUJQVlA4WAoAAAAgAAAABwAABwAASUNDUMgBAAAAAAHIAAAAAAQwAABtbnRyUkdCIFhZWiAH4AABAAEAAAAAAABhY3NwAAAAAA"
            + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAQAA9tYAAQAAAADTLQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            + "AAAAAAlkZXNjAAAA8AAAACRyWFlaAAABFAAAABRnWFlaAAABKAAAABRiWFlaAAABPAAAABR3dHB0AAABUAAAABRyVFJDAAABZAAAAChnVFJDAA"
            + "ABZAAAAChiVFJDAAABZAAAAChjcHJ0AAABjAAAADxtbHVjAAAAAAAAAAEAAAAMZW5VUwAAAAgAAAAcAHMAUgBHAEJYWVogAAAAAAAAb6IAADj1"
            + "AAADkFhZWiAAAAAAAABimQAAt4UAABjaWFlaIAAAAAAAACSgAAAPhAAAts9YWVogAAAAAAAA9tYAAQAAAADTLXBhcmEAAAAAAAQAAAACZmYAAP"
            + "KnAAANWQAAE9AAAApbAAAAAAAAAABtbHVjAAAAAAAAAAEAAAAMZW5VUwAAACAAAAAcAEcAbwBvAGcAbABlACAASQBuAGMALgAgADIAMAAxADZW"
            + "UDggTgAAABACAJ0BKggACAAEAGglqAJ0BpYDaWUR66gA4n3n7UpwVyaevQ3Hwx7XQETJOGpStGeJBYyg2L6kNSkpFphP/uLeHGTlM/+BX+lbOw"
            + "AAAA=="
    );

    // The boxes of one; nobody looks into them.
    private static readonly byte[] Heic =
    [
        .. Box("ftyp", [.. "heic\0\0\0\0mif1heic"u8]),
        .. Box("meta", new byte[40]),
        .. Box("mdat", new byte[100]),
    ];

    /// <summary>A photo, what it is named, its type, and whether browsers show it.</summary>
    public static TheoryData<string, string, string, bool> Photos { get; } =
        new()
        {
            { "jpeg", "IMG_1.JPG", "image/jpeg", true },
            { "png", "shot.png", "image/png", true },
            { "webp", "shot.webp", "image/webp", true },
            { "heic", "IMG_2.HEIC", "image/heic", false },
            { "jpeg", "passport.pdf", "image/jpeg", true }, // the content counts
        };

    [Theory]
    [MemberData(nameof(Photos))]
    public async Task They_are_taken_and_shown_as_pictures_that_can_do_nothing(
        string photo,
        string name,
        string type,
        bool isShown
    )
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Intake:Photos", "true")], role: "web");
        using var maria = await app.SignedInAsync();

        var number = await new Prospect { Resume = Of(photo), FileName = name }.IsAcceptedAsync(app);

        using var preview = await maria.GetAsync(new Uri($"/leads/{number}/resume/preview", UriKind.Relative));
        Assert.Equal(isShown ? type : "text/html", preview.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", preview.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.EndsWith(
            "sandbox",
            preview.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        if (isShown)
            Assert.Equal(Of(photo), await preview.Content.ReadAsByteArrayAsync());
        var card = (await maria.OpenAsync($"/leads/{number}")).QuerySelector("#resume-card")!;
        Assert.Equal(isShown, card.QuerySelector("img.resume-photo") is not null);
        Assert.Equal(isShown ? null : "", card.QuerySelector("iframe")?.GetAttribute("sandbox"));
        Assert.DoesNotContain("View with its text", card.TextContent, StringComparison.Ordinal);
        using var download = await maria.GetAsync(new Uri($"/leads/{number}/resume", UriKind.Relative));
        Assert.Equal("attachment", download.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal($"Lovelace_Ada_resume.{photo}", download.Content.Headers.ContentDisposition.FileNameStar);
        // There is no text to read.
        Assert.Equal(0, await app.CountAsync("work where kind = 'read_resume'"));
    }

    [Fact]
    public async Task They_are_refused_unless_the_firm_takes_them_and_the_form_and_the_APIs_say_what_is_taken()
    {
        await using var without = await AnteroomApp.StartAsync(databases, role: "web");
        await using var with = await AnteroomApp.StartAsync(databases, [new("Intake:Photos", "true")], role: "web");
        var prospect = new Prospect { Resume = Jpeg, FileName = "photo.jpg" };

        using var refused = await prospect.SubmitsAsync(without);
        Assert.EndsWith(
            "Please send a PDF, DOC, DOCX, RTF, ODT or TXT file.",
            await refused.ErrorAsync("resume"),
            StringComparison.Ordinal
        );
        foreach (var address in (string[])["/api/v1/leads", "/api/leads/"])
        {
            using var no = await prospect.SubmitsAsync(without, address);
            Assert.Equal(HttpStatusCode.BadRequest, no.StatusCode);
            using var yes = await prospect.SubmitsAsync(with, address);
            Assert.Equal(HttpStatusCode.Created, yes.StatusCode);
        }

        var form = await with.Client.OpenAsync("/?lang=en");
        Assert.EndsWith(
            ".heic,.heif",
            form.QuerySelector("[name=resume]")!.GetAttribute("accept"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "JPEG, PNG, WebP or HEIC",
            form.QuerySelector("#f-resume-hint")!.Words(),
            StringComparison.Ordinal
        );
        using var gif = await new Prospect { Resume = [.. "GIF89a"u8, .. new byte[40]] }.SubmitsAsync(with);
        Assert.EndsWith("WebP or HEIC file.", await gif.ErrorAsync("resume"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_firm_gets_by_API_names_the_type()
    {
        await using var app = await AnteroomApp.StartAsync(databases, [new("Intake:Photos", "true")], role: "web");
        using var attorney = await app.LoggedInAsync();
        await new Prospect { Resume = Heic, FileName = "IMG_2.HEIC" }.IsAcceptedAsync(app);

        using var file = await attorney.GetAsync(new Uri("/api/leads/1/resume/", UriKind.Relative));

        Assert.Equal("image/heic", file.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Lovelace_Ada_resume.heic", file.Content.Headers.ContentDisposition!.FileNameStar);
    }

    /// <summary>What is done to a photo, and what is said; null where phones do it.</summary>
    public static TheoryData<string, string?> Changed { get; } =
        new()
        {
            { "cut in half", "damaged" },
            { "only its beginning", "damaged" },
            { "with a web page behind it", "something else" },
            { "with an archive behind it", "something else" },
            { "with an archive inside that is found from the end", "something else" },
            { "with a PDF inside its first kilobyte", "something else" },
            { "with a film behind it", null },
            { "with a second picture behind it", null },
            { "with zeros behind it", null },
        };

    [Theory]
    [MemberData(nameof(Changed))]
    public void A_photo_is_nothing_but_a_photo(string change, string? said)
    {
        foreach (var name in (string[])["jpeg", "png", "webp", "heic"])
        {
            var photo = Of(name);
            byte[]? changed = change switch
            {
                "cut in half" => photo[..(photo.Length / 2)],
                "only its beginning" => photo[..30],
                "with a web page behind it" => [.. photo, .. "<html><script>alert(1)</script>"u8],
                "with an archive behind it" => [.. photo, .. Archive()],
                "with an archive inside that is found from the end" => Inside(
                    name,
                    [.. Archive()[..^2], .. Comment(name)]
                ),
                "with a PDF inside its first kilobyte" => Inside(name, [.. "%PDF-1.4\n%%EOF"u8]),
                _ when name != "jpeg" => null,
                "with a film behind it" => [.. photo, .. Box("ftyp", [.. "mp42"u8]), .. Box("mdat", new byte[2_000])],
                "with a second picture behind it" => [.. photo, .. photo],
                _ => [.. photo, .. new byte[100]],
            };
            if (changed is null)
                continue;
            using var file = new MemoryStream(changed);
            var problem = ResumeInspector.Inspect(file).WhyNot(photos: true)?.ToString();
            if (said is null)
                Assert.Null(problem);
            else
                Assert.Contains(said, problem ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_large_photo_is_followed_to_its_end()
    {
        // The data of a scan is longer than what is read at once, with restarts and stuffed bytes across the edges.
        var scan = new byte[300_000];
        new Random(7).NextBytes(scan);
        for (var i = 0; i + 1 < scan.Length; i++)
            if (scan[i] == 0xFF)
                scan[i + 1] = (byte)(i % 3 == 0 ? 0xD0 : 0);
        scan[^1] = 0;
        byte[] photo = [.. Jpeg[..^2], .. scan, 0xFF, 0xD9];
        using var whole = new MemoryStream(photo);
        using var cut = new MemoryStream(photo[..^1]);

        Assert.Null(ResumeInspector.Inspect(whole).WhyNot(photos: true));
        Assert.NotNull(ResumeInspector.Inspect(cut).WhyNot(photos: true));
    }

    [Fact]
    public void Nothing_that_somebody_changes_in_a_photo_breaks_the_look_at_it()
    {
        var random = new Random(11);
        foreach (var name in (string[])["jpeg", "png", "webp", "heic"])
            for (var i = 0; i < 3_000; i++)
            {
                var photo = (byte[])Of(name).Clone();
                for (var n = 0; n < 3; n++)
                    photo[random.Next(photo.Length)] = (byte)random.Next(256);
                using var file = new MemoryStream(photo[..random.Next(photo.Length + 1)]);
                _ = ResumeInspector.Inspect(file).WhyNot(photos: true);
            }
    }

    private static byte[] Of(string name) =>
        name switch
        {
            "jpeg" => Jpeg,
            "png" => Png,
            "webp" => Webp,
            _ => Heic,
        };

    private static byte[] Archive()
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("a.txt").Open())
            entry.WriteByte(65);
        return bytes.ToArray();
    }

    /// <summary>The length of the archive's comment: what of the photo follows, so that the archive ends with the file.</summary>
    private static byte[] Comment(string name) =>
        BitConverter.GetBytes((ushort)(Of(name).Length - Start(name) + Padding(name)));

    private static int Padding(string name) =>
        name switch
        {
            "png" => 4,
            "webp" => Archive().Length & 1,
            _ => 0,
        };

    /// <summary>Where something can be put in, in a part of its own that every program passes over.</summary>
    private static int Start(string name) =>
        name switch
        {
            "jpeg" => 2,
            "png" => 33,
            "webp" => 30,
            _ => 24,
        };

    private static byte[] Inside(string name, byte[] content)
    {
        var (photo, at) = (Of(name), Start(name));
        byte[] part = name switch
        {
            "jpeg" => [0xFF, 0xFE, (byte)((content.Length + 2) >> 8), (byte)(content.Length + 2), .. content],
            "png" => [.. Big(content.Length), .. "tEXt"u8, .. content, 0, 0, 0, 0],
            "webp" =>
            [
                .. "EXIF"u8,
                .. BitConverter.GetBytes(content.Length + (content.Length & 1)),
                .. content,
                .. new byte[content.Length & 1],
            ],
            _ => Box("free", content),
        };
        byte[] whole = [.. photo[..at], .. part, .. photo[at..]];
        if (name == "webp")
            BitConverter.GetBytes(whole.Length - 8).CopyTo(whole, 4);
        return whole;
    }

    private static byte[] Box(string kind, byte[] content) =>
        [.. Big(content.Length + 8), .. Encoding.ASCII.GetBytes(kind), .. content];

    private static byte[] Big(int number) =>
        [(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number];
}
