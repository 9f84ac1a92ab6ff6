using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace Anteroom.Api.V1;

/// <summary>
/// The JSON object of a PATCH (RFC 7396): a missing member leaves its value unchanged, <c>null</c> clears it. What is of the
/// wrong kind is collected in <see cref="Errors"/> by field; members that nobody asks for are ignored.
/// </summary>
internal sealed class PatchBody
{
    private const int MostBytes = 64 * 1024;

    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);

    public FieldErrors Errors { get; } = new();

    /// <returns>The body, or the problem to answer with.</returns>
    public static async Task<(PatchBody? Body, IResult? Refused)> ReadAsync(
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (!request.HasJsonContentType())
            return (
                null,
                Problem.Of(StatusCodes.Status415UnsupportedMediaType, "This address takes application/json.")
            );
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostBytes;
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellation);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return (null, Problem.Of(StatusCodes.Status400BadRequest, "The body has to be a JSON object."));
            var body = new PatchBody();
            foreach (var member in document.RootElement.EnumerateObject())
                body._members[member.Name] = member.Value.Clone();
            return (body, null);
        }
        catch (InvalidOperationException) // half of a surrogate pair in a name
        {
            return (null, Problem.Of(StatusCodes.Status400BadRequest, "The body is not JSON in UTF-8."));
        }
        catch (BadHttpRequestException error)
        {
            return (null, Problem.Of(error.StatusCode, "The body is too large, or it ended too early."));
        }
        catch (JsonException error)
        {
            return (
                null,
                Problem.Of(
                    StatusCodes.Status400BadRequest,
                    $"The body is not JSON: line {error.LineNumber + 1}, byte {error.BytePositionInLine}."
                )
            );
        }
    }

    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>A text; null when missing, null or wrong.</summary>
    public string? Text(string name) =>
        Read(name, "a text", value => value.ValueKind == JsonValueKind.String ? value.GetString() : null);

    /// <summary>A list of texts; null when missing, null or wrong.</summary>
    public IReadOnlyList<string>? Texts(string name) =>
        Read<IReadOnlyList<string>>(
            name,
            "a list of texts",
            value =>
                value.ValueKind == JsonValueKind.Array
                && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                    ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
                    : null
        );

    /// <summary>A UUID; null when missing, null or wrong.</summary>
    public Guid? Id(string name) =>
        Read<Guid?>(
            name,
            "a UUID",
            value => value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id) ? id : null
        );

    /// <summary>A whole number; null when missing, null or wrong.</summary>
    public int? Number(string name) =>
        Read<int?>(
            name,
            "a whole number",
            value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null
        );

    /// <summary>True or false; null when missing, null or wrong.</summary>
    public bool? Switch(string name) =>
        Read<bool?>(
            name,
            "true or false",
            value =>
                value.ValueKind switch
                {
                    JsonValueKind.True => true,
                    JsonValueKind.False => false,
                    _ => null,
                }
        );

    /// <summary>An instant with its offset (RFC 3339); null when missing, null or wrong.</summary>
    public DateTimeOffset? Instant(string name) =>
        Read<DateTimeOffset?>(
            name,
            "a time with its offset, such as 2026-01-31T09:00:00Z",
            value => value.ValueKind == JsonValueKind.String ? Instants.Parse(value.GetString()) : null
        );

    /// <summary>One of these, by wire name; null when missing, null or wrong.</summary>
    public T? OneOf<T>(string name, IReadOnlyList<T> choices, Func<T, string> wire)
        where T : class =>
        Read(
            name,
            $"one of {string.Join(", ", choices.Select(wire))}",
            value =>
                value.ValueKind == JsonValueKind.String && value.GetString() is var given
                    ? choices.FirstOrDefault(one => wire(one) == given)
                    : null
        );

    private T? Read<T>(string name, string kind, Func<JsonElement, T?> read)
    {
        if (!_members.TryGetValue(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return default;
        if (Try(value) is { } result)
            return result;
        Errors.Add(name, $"This has to be {kind}.");
        return default;

        T? Try(JsonElement given)
        {
            try
            {
                return read(given);
            }
            catch (InvalidOperationException) // half of a surrogate pair in a text
            {
                return default;
            }
        }
    }
}
