using System.Reflection;
using Anteroom.Tests.App;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace Anteroom.Tests.Api.Clients;

/// <summary>
/// Clients that generators make of the API documents compile and work: <c>tests/clients</c> has what is done with them. docs/api.md shows the
/// same with the commands of the generators.
/// </summary>
[Trait("Category", "Slow")]
public sealed class GeneratedClientTests(TestDatabases databases)
{
    [Fact]
    public async Task Clients_in_TypeScript_compile_in_strict_mode_and_work()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Administrator, "admin");
        string[] arguments = [app.Address.ToString().TrimEnd('/'), "admin", AnteroomApp.Password];
        var cancellation = TestContext.Current.CancellationToken;

        await NodeScript.RunClientAsync("generate.mjs", [app.Address.ToString()], cancellation);
        await NodeScript.RunClientAsync("node_modules/typescript/bin/tsc", ["--project", "."], cancellation);
        var jwt = await NodeScript.RunClientAsync("built/stories/jwt.js", arguments, cancellation);
        var django = await NodeScript.RunClientAsync("built/stories/django.js", arguments, cancellation);

        Assert.Contains("all is well", jwt, StringComparison.Ordinal);
        Assert.Contains("all is well", django, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_in_CSharp_compile_and_work()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        await app.CreateUserAsync(Role.Administrator, "admin");
        var story = await File.ReadAllTextAsync(Path.Combine(NodeScript.ClientsFolder(), "Story.cs"));
        var sources = await Task.WhenAll(
            Task.FromResult(story),
            GenerateAsync(app, "v1-json", "V1"),
            GenerateAsync(app, "v1-multipart", "V1Multipart"),
            GenerateAsync(app, "compat-json", "Django")
        );

        var run = Compile(sources).GetType("Anteroom.Clients.Story")!.GetMethod("RunAsync")!;
        using var http = app.NewClient();
        await (Task)run.Invoke(null, [http, "admin", AnteroomApp.Password])!;
    }

    [Fact]
    public async Task Every_rule_of_Spectral_holds_for_every_document()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        string[] documents =
        [
            "v1",
            "v1-json",
            "v1-multipart",
            "compat",
            "compat-json",
            "compat-form",
            "compat-multipart",
        ];

        var said = await NodeScript.RunClientAsync(
            "node_modules/@stoplight/spectral-cli/dist/index.js",
            [
                "lint",
                "--ruleset=spectral.yaml",
                "--fail-severity=hint",
                .. documents.Select(document => $"{app.Address}openapi/{document}.json"),
            ],
            TestContext.Current.CancellationToken
        );

        Assert.Contains("No results", said, StringComparison.Ordinal);
    }

    private static async Task<string> GenerateAsync(AnteroomApp app, string document, string name)
    {
        var json = await app.Client.GetStringAsync(new Uri($"/openapi/{document}.json", UriKind.Relative));
        var settings = new CSharpClientGeneratorSettings
        {
            ClassName = "AnteroomClient",
            UseBaseUrl = false,
            WrapResponses = true,
            GenerateOptionalParameters = true,
            ParameterDateTimeFormat = "o",
        };
        settings.CSharpGeneratorSettings.Namespace = $"Anteroom.Clients.{name}";
        settings.CSharpGeneratorSettings.GenerateNullableReferenceTypes = true;
        return new CSharpClientGenerator(await OpenApiDocument.FromJsonAsync(json), settings).GenerateFile();
    }

    private static Assembly Compile(IEnumerable<string> sources)
    {
        var libraries = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        const string usings =
            "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http; global using System.Threading.Tasks;";
        using var library = new MemoryStream();

        var made = CSharpCompilation
            .Create(
                "Anteroom.Clients",
                sources.Append(usings).Select(source => CSharpSyntaxTree.ParseText(source)),
                libraries.Select(path => MetadataReference.CreateFromFile(path)),
                new CSharpCompilationOptions(
                    OutputKind.DynamicallyLinkedLibrary,
                    nullableContextOptions: NullableContextOptions.Enable
                )
            )
            .Emit(library);

        Assert.True(
            made.Success,
            string.Join('\n', made.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error))
        );
        return Assembly.Load(library.ToArray());
    }
}
