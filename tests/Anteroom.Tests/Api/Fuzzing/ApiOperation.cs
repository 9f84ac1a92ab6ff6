using System.Text.Json;

namespace Anteroom.Tests.Api.Fuzzing;

/// <summary>A parameter as the document describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Place"><c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="Example">A value that works.</param>
/// <param name="Choices">The only values, when it has some.</param>
public sealed record ApiParameter(string Name, string Place, string Example, IReadOnlyList<string> Choices);

/// <summary>An operation of an OpenAPI document.</summary>
/// <param name="Document"><c>v1</c> or <c>compat</c>.</param>
/// <param name="Method">As <c>GET</c>.</param>
/// <param name="Path">With the parameters in braces.</param>
/// <param name="Parameters">What it takes beside a body.</param>
/// <param name="Bodies">The content types it takes, each with its schema's members and a good example (null for a form with a file).</param>
/// <param name="Answers">The media types of each status; none for an answer without a body.</param>
/// <param name="Public">Needs no token.</param>
public sealed record ApiOperation(
    string Document,
    string Method,
    string Path,
    IReadOnlyList<ApiParameter> Parameters,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Bodies,
    IReadOnlyDictionary<int, IReadOnlyList<string>> Answers,
    bool Public
)
{
    /// <summary>The operations of a document.</summary>
    public static IEnumerable<ApiOperation> Of(string name, JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select new ApiOperation(
            name,
            operation.Name.ToUpperInvariant(),
            path.Name,
            [.. ParametersOf(operation.Value)],
            BodiesOf(operation.Value, document),
            operation
                .Value.GetProperty("responses")
                .EnumerateObject()
                .ToDictionary(
                    answer => int.Parse(answer.Name, System.Globalization.CultureInfo.InvariantCulture),
                    answer => (IReadOnlyList<string>)[.. Members(answer.Value, "content").Select(type => type.Name)]
                ),
            operation.Value.GetProperty("security").GetArrayLength() == 0
        );

    /// <inheritdoc />
    public override string ToString() => $"{Method} {Path}";

    private static IEnumerable<ApiParameter> ParametersOf(JsonElement operation) =>
        operation.TryGetProperty("parameters", out var parameters)
            ? parameters
                .EnumerateArray()
                .Select(one => new ApiParameter(
                    one.GetProperty("name").GetString()!,
                    one.GetProperty("in").GetString()!,
                    one.GetProperty("example") is { ValueKind: JsonValueKind.Array } list
                        ? string.Join(',', list.EnumerateArray())
                        : one.GetProperty("example").ToString(),
                    one.GetProperty("schema").TryGetProperty("enum", out var choices)
                        ? [.. choices.EnumerateArray().Select(choice => choice.ToString())]
                        : []
                ))
            : [];

    /// <summary>For each content type: the members of the body with what they are shown with, empty when nothing is shown.</summary>
    private static Dictionary<string, IReadOnlyDictionary<string, string>> BodiesOf(
        JsonElement operation,
        JsonElement document
    )
    {
        var bodies = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        if (!operation.TryGetProperty("requestBody", out var body))
            return bodies;
        foreach (var type in Members(body, "content"))
        {
            var schema = type.Value.GetProperty("schema");
            if (schema.TryGetProperty("$ref", out var reference))
                schema = document
                    .GetProperty("components")
                    .GetProperty("schemas")
                    .GetProperty(reference.GetString()!.Split('/')[^1]);
            bodies[type.Name] = schema
                .GetProperty("properties")
                .EnumerateObject()
                .ToDictionary(
                    member => member.Name,
                    member =>
                        type.Value.TryGetProperty("example", out var example)
                        && example.TryGetProperty(member.Name, out var value)
                            ? value.GetRawText()
                            : "",
                    StringComparer.Ordinal
                );
        }

        return bodies;
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var child) ? child.EnumerateObject() : default;
}
