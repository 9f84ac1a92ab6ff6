using System.Net;
using Anteroom.Tests.App;
using Anteroom.Tests.Resumes;

namespace Anteroom.Tests.Operations;

/// <summary>The product on a machine without one of the programs that it can use: it does without, and nobody is told of a failure.</summary>
[Trait("Category", "Slow")]
public sealed class OptionalProgramsTests
{
    public static TheoryData<string> Programs =>
        ["tesseract", "pdftoppm", "soffice", "clamd", "unshare", "all of them"];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Without_it_files_are_accepted_and_readable_and_nothing_fails_or_waits(string missing)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "PATH is made of links");
        await using var folder = new TemporaryFolder();
        var programs = PathWithout(
            Path.Combine(folder.Path, "bin"),
            missing == "all of them" ? [.. Programs.Select(row => row.Data)] : [missing]
        );
        await using var product = await RunningProduct.StartAsync(
            folder.Path,
            new Dictionary<string, string>(RunningProduct.Unattended, StringComparer.Ordinal)
            {
                ["PATH"] = programs,
                ["Conversion__Enabled"] = "true",
                ["Reading__Recognize"] = "true",
                ["Scanner__Address"] = "",
                ["Reading__Timeout"] = "00:05:00",
                ["Conversion__Timeout"] = "00:10:00",
            }
        );
        foreach (
            var (name, content) in new[]
            {
                ("cv.pdf", SampleFiles.Pdf()),
                ("cv.docx", SampleFiles.Docx()),
                ("scan.pdf", HostileFiles.PdfWithoutText()),
            }
        )
            using (
                var answer = await new Prospect
                {
                    Resume = content,
                    FileName = name,
                    Email = $"{name}@example.com",
                }.SubmitsAsync(product.Client)
            )
                Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        using (await product.Client.SignInAsync("olga", "correct horse battery staple")) { }

        var limit = DateTime.UtcNow.AddMinutes(8);
        for (var number = 1; number <= 3; number++)
        {
            string steps;
            do
            {
                Assert.True(DateTime.UtcNow < limit, product.Output);
                await Task.Delay(500, TestContext.Current.CancellationToken);
                steps = (await product.Client.OpenAsync($"/leads/{number}")).QuerySelector("#resume-steps")!.Words();
            } while (steps.Contains('…', StringComparison.Ordinal) || !steps.Contains("ext", StringComparison.Ordinal));

            Assert.DoesNotContain("could", steps, StringComparison.Ordinal);
            var text = await product.Client.GetStringAsync(
                new Uri($"/leads/{number}/resume/preview?view=text", UriKind.Relative)
            );
            Assert.Contains(number == 3 ? "No text was found" : "Ann Example", text, StringComparison.Ordinal);
        }

        var queues = await product.Client.OpenAsync("/admin/queues");
        Assert.NotEmpty(queues.QuerySelectorAll(".q-failed"));
        Assert.Empty(queues.QuerySelectorAll(".q-failed .pill-failed"));
    }

    /// <summary>A folder with a link to every program of <c>PATH</c> but these.</summary>
    private static string PathWithout(string folder, string[] missing)
    {
        Directory.CreateDirectory(folder);
        foreach (
            var program in (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':', StringSplitOptions.RemoveEmptyEntries)
                .Where(Directory.Exists)
                .SelectMany(Directory.EnumerateFiles)
                .DistinctBy(Path.GetFileName)
                .Where(program => !missing.Contains(Path.GetFileName(program), StringComparer.Ordinal))
        )
            File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(program)), program);
        return folder;
    }
}
