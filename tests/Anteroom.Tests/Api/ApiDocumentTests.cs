using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api;

/// <summary>docs/api.md: its commands run as they stand there, and answer as it says; it leaves no operation out.</summary>
[Trait("Category", "Slow")]
public sealed class ApiDocumentTests(TestDatabases databases)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_commands_of_the_document_run_from_top_to_bottom_and_are_answered_as_it_shows()
    {
        // The document shows the limits at work; the mail is left in the outbox, or its state would be a matter of luck.
        await using var app = await AnteroomApp.StartAsync(databases, [new("RateLimits:Enabled", "true")], role: "web");
        await app.CreateUserAsync(Role.Administrator, "admin");
        await using var folder = new TemporaryFolder();
        var calls = ApiDocument.Read();
        Assert.NotEmpty(calls);

        var (code, complaints) = await RunAsync(calls, app, folder.Path);

        var differences = new StringBuilder();
        for (var i = 0; i < calls.Count; i++)
        {
            var printed = Path.Combine(folder.Path, $"{i}.printed");
            Assert.True(
                File.Exists(printed) && (code == 0 || i < calls.Count - 1 && File.Exists(Next(i))),
                $"The block in line {calls[i].Line} failed: {complaints}{(File.Exists(printed) ? await File.ReadAllTextAsync(printed) : "")}"
            );
            foreach (var difference in Compare(calls[i], await File.ReadAllTextAsync(printed)))
                differences.AppendLine(CultureInfo.InvariantCulture, $"line {calls[i].Line}: {difference}");
        }

        Assert.True(differences.Length == 0, differences.ToString());

        string Next(int i) => Path.Combine(folder.Path, $"{i + 1}.printed");
    }

    [Fact]
    public void Every_call_of_the_document_shows_its_answer()
    {
        foreach (var call in ApiDocument.Read())
            Assert.True(
                call.Answers.Count > 0 || !ApiDocument.Calls(call.Script).Any(),
                $"The block in line {call.Line} shows no answer."
            );
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("compat")]
    public async Task Every_operation_is_in_the_document(string door)
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var description = JsonDocument.Parse(
            await app.Client.GetStringAsync(new Uri($"/openapi/{door}.json", UriKind.Relative))
        );
        var shown = ApiDocument.Read().SelectMany(call => ApiDocument.Calls(call.Script)).ToList();

        var missing = (
            from path in description.RootElement.GetProperty("paths").EnumerateObject()
            from operation in path.Value.EnumerateObject()
            where operation.Name is "get" or "put" or "post" or "delete" or "options" or "head" or "patch" or "trace"
            where !shown.Exists(call => Is(call, operation.Name, path.Name))
            select $"{operation.Name} {path.Name}"
        ).ToList();

        Assert.True(missing.Count == 0, $"docs/api.md shows no curl command for {string.Join(", ", missing)}.");

        // The slash at the end may be left out, and a parameter is a variable of the script.
        static bool Is((string Method, string Path) call, string method, string path) =>
            string.Equals(call.Method, method, StringComparison.OrdinalIgnoreCase)
            && Regex.IsMatch(
                call.Path.TrimEnd('/'),
                $"^{Regex.Replace(path.TrimEnd('/'), @"\{[^}]+\}", @"\$$[A-Z]+", RegexOptions.None, Patience)}$",
                RegexOptions.None,
                Patience
            );
    }

    [Theory]
    [InlineData("""{"a": 1}""", """{"a": 2}""", true)]
    [InlineData("""{"a": 1}""", """{"a": "1"}""", false)]
    [InlineData("""{"a": 1}""", """{"a": 1, "b": 2}""", false)]
    [InlineData("""{"a": 1, "b": 2}""", """{"a": 1}""", false)]
    [InlineData("""{"a": {"b": null}}""", """{"a": {"b": ""}}""", false)]
    [InlineData("""[{"a": 1}, {"a": null}]""", """[{"a": 1}, {"a": 2}, {"a": null}]""", true)]
    [InlineData("""[{"a": 1}]""", """[{"a": 1}, {"a": null}]""", false)]
    [InlineData("[]", "[1]", false)]
    public void Answers_are_compared_by_names_and_kinds(string shown, string came, bool fit)
    {
        using var first = JsonDocument.Parse(shown);
        using var second = JsonDocument.Parse(came);

        Assert.Equal(fit, ApiDocument.Difference(first.RootElement, second.RootElement) is null);
    }

    private static IEnumerable<string> Compare(DocumentedCall call, string printed)
    {
        var answers = ShownAnswer.ReadAll(printed);
        if (answers.Count != call.Answers.Count)
        {
            yield return $"{call.Answers.Count} answers are shown, {answers.Count} came: {printed}";
            yield break;
        }

        foreach (var (shown, came) in call.Answers.Zip(answers))
        {
            if (shown.Status != came.Status)
                yield return $"{shown.Status} is shown, {came.Status} came: {came.Body}";
            foreach (var (name, value) in shown.Headers)
                if (
                    !came.Headers.Any(header =>
                        string.Equals(header.Name, name, StringComparison.OrdinalIgnoreCase)
                        && ApiDocument.Fits(value, header.Value)
                    )
                )
                    yield return $"the header {name}: {value} did not come";
            if ((shown.Body.Length == 0) != (came.Body.Length == 0))
                yield return $"shown is \"{shown.Body}\", came \"{came.Body}\"";
            else if (shown.Body.Length > 0)
            {
                using var first = JsonDocument.Parse(shown.Body);
                using var second = JsonDocument.Parse(came.Body);
                if (ApiDocument.Difference(first.RootElement, second.RootElement) is { } difference)
                    yield return difference;
            }
        }
    }

    /// <summary>Runs all blocks in one shell, for they share variables; what each prints goes to a file of its own.</summary>
    private static async Task<(int Code, string Complaints)> RunAsync(
        IReadOnlyList<DocumentedCall> calls,
        AnteroomApp app,
        string folder
    )
    {
        var script = new StringBuilder("mkdir work\ncd work\n");
        for (var i = 0; i < calls.Count; i++)
            script.Append(CultureInfo.InvariantCulture, $"{{\n{calls[i].Script}}} >../{i}.printed\n");
        var (code, _, complaints) = await Shell.RunAsync(
            script.ToString(),
            folder,
            ("ANTEROOM", app.Address.ToString().TrimEnd('/')),
            ("ADMIN", "admin"),
            ("ADMIN_PASSWORD", AnteroomApp.Password)
        );
        return (code, complaints);
    }
}
