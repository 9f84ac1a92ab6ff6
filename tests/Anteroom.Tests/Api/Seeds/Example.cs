using System.Text.Json;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Api.Seeds;

/// <summary>The examples that the documents of the two services give, as they stand there.</summary>
internal static class Example
{
    /// <summary>Runs the curl command of an example against the app instead of <c>http://localhost:8000</c>.</summary>
    /// <param name="app">The app.</param>
    /// <param name="command">The command, word for word.</param>
    /// <param name="placeholders">What stands in it for something of the reader's own, and what to send instead.</param>
    public static async Task<ShownAnswer> CurlAsync(
        AnteroomApp app,
        string command,
        params IEnumerable<(string Placeholder, string Value)> placeholders
    )
    {
        const string Host = "http://localhost:8000/";
        Assert.Contains(Host, command, StringComparison.Ordinal);
        command = command.Replace(Host, app.Address.ToString(), StringComparison.Ordinal);
        foreach (var (placeholder, value) in placeholders)
        {
            Assert.Contains(placeholder, command, StringComparison.Ordinal);
            command = command.Replace(placeholder, value, StringComparison.Ordinal);
        }

        await using var folder = new TemporaryFolder();
        var (code, printed, complaints) = await Shell.RunAsync(
            $$"""curl() { command curl --silent --show-error --include "$@"; }{{"\n"}}{{command}}""",
            folder.Path
        );
        Assert.True(code == 0, complaints);
        return Assert.Single(ShownAnswer.ReadAll(printed));
    }

    /// <summary>Asserts that an answer has the names of the example's JSON, in their order, and values of the same kinds.</summary>
    /// <returns>The answer.</returns>
    public static JsonElement AssertFits(string example, JsonElement answer)
    {
        using var shown = JsonDocument.Parse(example);
        var difference = ApiDocument.Difference(shown.RootElement, answer);
        Assert.True(difference is null, $"{difference}: {answer}");
        return answer;
    }

    /// <summary>The body as JSON.</summary>
    public static JsonElement Json(this ShownAnswer answer)
    {
        using var document = JsonDocument.Parse(answer.Body);
        return document.RootElement.Clone();
    }

    /// <summary>A header's value; null when it did not come.</summary>
    public static string? Header(this ShownAnswer answer, string name) =>
        answer.Headers.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase)).Value;
}
