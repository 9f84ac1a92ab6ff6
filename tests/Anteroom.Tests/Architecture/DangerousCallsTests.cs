using System.Text.Json;
using System.Text.RegularExpressions;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Architecture;

/// <summary>
/// What an attacker looks for first, found in the sources: each stands only where the list says. To add a place, make sure that nothing
/// a user typed gets there, and write it into the list.
/// </summary>
[Trait("Category", "Slow")]
public sealed class DangerousCallsTests
{
    private const string Nowhere = "";
    private static readonly string Root = NodeScript.RepositoryRoot();
    private static readonly string Source = Path.Combine(Root, "src", "Anteroom");

    [Theory]
    [InlineData(
        "starts a program",
        @"\bProcessStartInfo\b|\bProcess\.Start\b",
        "Postgres/ Resumes/Reading/LimitedProgram.cs"
    )]
    [InlineData(
        "opens a line to another machine",
        @"\bHttpClient\b|\bWebRequest\b|\bWebClient\b|\bTcpClient\b|\bUdpClient\b|\bnew Socket\(|\bSmtpClient\b|\bAmazonS3Client\(|\bDns\.GetHostA|\bDns\.GetHostE",
        "Mail/Smtp/SmtpDial.cs Mail/Smtp/GuardedClient.cs Resumes/Scanning/VirusScan.cs Resumes/Keeping/S3Store.Service.cs Http/Readiness.cs Host/HandOver.cs Host/PassSockets.cs Host/Predecessor.cs Http/ListeningSockets.cs Admin/Attention/WebhookChannel.cs Admin/Attention/CheckCertificates.cs" // those of Http and Host to itself or to its successor; decision 0060
    )]
    [InlineData(
        "makes markup of text",
        @"\bMarkupString\b|\bHtmlString\b|\bAddMarkupContent\b",
        "Web/Workspace/Details/Markdown.cs Web/Components/ColumnChart.razor Web/Public/ApplyPage.razor Web/WordingOnPages.cs Web/Components/ScriptWords.razor Web/Components/EditorAssets.razor"
    )]
    [InlineData(
        "runs what stands in a page",
        @"<script(?![^>]*(\bsrc=|""application/json""))|\son(click|load|error|submit|change|input|focus|toggle)=|\bjavascript:",
        "Resumes/Inspection/PlainText.cs"
    )]
    [InlineData("asks for a plug-in", @"<object\s|<(embed|applet|frameset)\b", Nowhere)]
    [InlineData(
        "makes a pattern while it runs",
        @"\bnew Regex\(|\bRegex\.(IsMatch|Match|Matches|Replace|Split|Count)\(",
        "Work/AlarmTexts.cs Web/Workspace/Details/TimelineWords.cs" // of sentences of the product, once
    )]
    [InlineData("draws numbers that can be foretold", @"\bnew Random\(|\bRandom\.Shared\b", "Work/RetryDelay.cs")]
    [InlineData(
        "ciphers by itself, or hashes weakly",
        @"\b(MD5|SHA1|HMACMD5|HMACSHA1|DES|TripleDES|RC2|RC4|Aes|AesCbc|AesGcm|CipherMode|RSAEncryptionPadding)\b",
        "Accounts/AppCode.cs Resumes/Inspection/PdfKeys.cs Resumes/Inspection/PdfPassword.cs Resumes/Sealing/ChunkCipher.cs" // RFC 6238 as every authenticator app has it; ISO 32000 as every PDF; decision 0043
    )]
    [InlineData(
        "lets data choose types or code",
        @"\bBinaryFormatter\b|\bTypeNameHandling\b|\bNetDataContractSerializer\b|\bLosFormatter\b|\bXmlSerializer\b|\bJsonPolymorphic|\bActivator\.CreateInstance|\bAssembly\.Load|\bType\.GetType\(|\bCSharpScript\b|\bDynamicMethod\b",
        Nowhere
    )]
    [InlineData(
        "makes SQL of text without its parameters",
        @"\b(FromSqlRaw|ExecuteSqlRaw|ExecuteSqlRawAsync|SqlQueryRaw)\b",
        "Admin/SampleData/SampleData.cs Leads/Reading/LeadSearch.cs"
    )]
    [InlineData(
        "reads XML",
        @"\bXmlReader\.Create\b|\bXmlDocument\b|\bXDocument\b|\bXPath\w*\b",
        "Resumes/Inspection/ZipDocument.cs Resumes/Reading/DocxText.cs Resumes/Reading/OdtText.cs Resumes/Reading/OfficeText.cs"
    )]
    [InlineData(
        "leaves managed memory",
        @"\bunsafe\b(?!-)|\bfixed \(|\bUnsafe\.|\bMemoryMarshal\.",
        "Http/ServeAcceptedConnections.cs Host/PassSockets.cs"
    )]
    [InlineData(
        "calls the operating system",
        @"\bLibraryImport\b|\bDllImport\b",
        "Shared/SystemCalls.cs Host/PassSockets.cs"
    )]
    [InlineData(
        "serves a folder, tells developers more, or leads from http to https",
        @"\bUseStaticFiles\b|\bUseDirectoryBrowser\b|\bUseFileServer\b|\bUseDeveloperExceptionPage\b|\bUseHttpsRedirection\b",
        Nowhere
    )]
    [InlineData(
        "sends logs elsewhere",
        @"\bAddEventLog\b|\bAddApplicationInsights\w*\b|\bAddOpenTelemetry\b|\bAddSerilog\b|\bUseSerilog\b|\bAddNLog\b|\bUseSentry\b",
        // By rules for what leaves the house, and only where its operator says so.
        "Telemetry/ErrorsFeature.cs Telemetry/TelemetryFeature.cs"
    )]
    public void Each_stands_only_where_the_list_says(string what, string pattern, string places)
    {
        var allowed = places.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var found = Sources("*.cs", "*.razor")
            .Where(file =>
                Regex.IsMatch(WithoutComments(file), pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5))
            )
            .Select(file => Path.GetRelativePath(Source, file).Replace('\\', '/'))
            .ToList();

        Assert.Empty(
            found
                .Where(file =>
                    !allowed.Any(place =>
                        file == place || (place is [.., '/'] && file.StartsWith(place, StringComparison.Ordinal))
                    )
                )
                .Select(file => $"{file} {what}.")
        );
        Assert.Equal(allowed.Length > 0, found.Count > 0); // a pattern that finds nothing where it should holds nothing
    }

    [Theory]
    [InlineData(@"\beval\(|\bnew Function\b|\bset(Timeout|Interval)\(\s*[""'`]")]
    [InlineData(
        @"\.(inner|outer)HTML\s*\+?=(?!=)|\binsertAdjacentHTML\b|\bdocument\.write|\bcreateContextualFragment\b|\bsetHTMLUnsafe\b"
    )]
    [InlineData(@"__proto__|\bObject\.assign\(\s*[^d]|(?<=[\w)\]])\[[^\]""'0-9]+\]\s*=(?![=>])")]
    [InlineData(@"\bwindow\.(onmessage|addEventListener\(\s*[""']message)")]
    public void Scripts_run_no_text_and_make_no_HTML_of_it(string pattern) =>
        Assert.All(
            Sources("*.js")
                .Where(file =>
                    file.Contains($"wwwroot{Path.DirectorySeparatorChar}js", StringComparison.Ordinal)
                    || file.Contains($"Web{Path.DirectorySeparatorChar}Editor", StringComparison.Ordinal)
                ),
            file => Assert.DoesNotMatch(pattern, WithoutComments(file))
        );

    [Fact]
    public void Passwords_are_typed_into_fields_that_hide_them_and_take_what_is_pasted()
    {
        var fields = Sources("*.razor")
            .SelectMany(file =>
                Regex.Matches(
                    File.ReadAllText(file),
                    @"<(Field|input)\b[^\n]*\b[Nn]ame=""(\w+_)?password""[^\n]*",
                    RegexOptions.ExplicitCapture,
                    TimeSpan.FromSeconds(5)
                )
            )
            .Select(field => field.Value)
            .ToList();

        Assert.InRange(fields.Count, 6, 60);
        Assert.All(fields, field => Assert.Matches(@"\b[Tt]ype=""password""", field));
        Assert.All(fields, field => Assert.Matches(@"\b[Aa]utocomplete=""(current|new)-password""", field));
        Assert.All(
            Sources("*.js", "*.razor").Where(file => !file.Contains("lib", StringComparison.Ordinal)),
            file => Assert.DoesNotMatch(@"[""']paste[""']|\bonpaste\b", File.ReadAllText(file))
        );
    }

    [Fact]
    public void Every_part_of_others_is_locked_to_a_version_and_a_hash_and_asked_after()
    {
        var parts = 0;
        foreach (var file in Directory.EnumerateFiles(Source, "packages.lock.json"))
        foreach (var target in Read(file).GetProperty("dependencies").EnumerateObject())
        foreach (var part in target.Value.EnumerateObject())
        {
            Assert.True(part.Value.TryGetProperty("contentHash", out _), $"{part.Name} has no hash in {file}.");
            Assert.True(part.Value.TryGetProperty("resolved", out _), $"{part.Name} has no version in {file}.");
            parts++;
        }
        foreach (var part in Read(Path.Combine(Root, "package-lock.json")).GetProperty("packages").EnumerateObject())
            if (part.Name.Length > 0)
            {
                Assert.True(
                    part.Value.TryGetProperty("integrity", out _),
                    $"{part.Name} has no hash in package-lock.json."
                );
                parts++;
            }

        Assert.InRange(parts, 30, int.MaxValue);
        Assert.Contains(
            "dotnet list package --vulnerable --include-transitive",
            File.ReadAllText(Path.Combine(Root, "test")),
            StringComparison.Ordinal
        );

        static JsonElement Read(string file) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(file));
    }

    private static IEnumerable<string> Sources(params string[] kinds) =>
        kinds
            .SelectMany(kind => Directory.EnumerateFiles(Source, kind, SearchOption.AllDirectories))
            .Where(file =>
                Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj")
            );

    private static string WithoutComments(string file) =>
        Regex.Replace(
            File.ReadAllText(file),
            @"(^|\s)//[^\n]*|@\*.*?\*@",
            "",
            RegexOptions.Singleline | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(5)
        );
}
