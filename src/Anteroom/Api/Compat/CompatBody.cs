using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Api.Compat;

/// <summary>The fields of a small request body, as JSON or as either kind of form.</summary>
internal sealed class CompatBody
{
    private const string Parses = "application/json, application/x-www-form-urlencoded, multipart/form-data";

    /// <summary>More than any field of this API needs, in bytes.</summary>
    private const int MostBytes = 64 * 1024;

    private readonly Dictionary<string, JsonElement> _json = new(StringComparer.Ordinal);
    private readonly IFormCollection _form = FormCollection.Empty;

    private CompatBody() { }

    private CompatBody(IFormCollection form) => _form = form;

    /// <summary>Reads the body and acts on it; answers what is wrong when it cannot be read.</summary>
    public static async Task<IResult> ReadAsync(HttpContext context, Func<CompatBody, Task<IResult>> act)
    {
        var request = context.Request;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = MostBytes;
        try
        {
            var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var header)
                ? header.MediaType.Value
                : null;
            return type?.ToLowerInvariant() switch
            {
                "application/json" => await FromJsonAsync(request, act),
                "application/x-www-form-urlencoded" or "multipart/form-data" => await act(
                    new CompatBody(await request.ReadFormAsync(Limits, context.RequestAborted))
                ),
                null when !HasBody(context) => await act(new CompatBody()),
                _ => CompatAnswers.UnsupportedMediaType(context, Parses),
            };
        }
        catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return CompatAnswers.Detail(StatusCodes.Status400BadRequest, "The form could not be read.");
        }
    }

    /// <summary>A required text as REST framework's CharField takes it: numbers become text; missing, null and blank are errors.</summary>
    public string? Text(string name, FieldErrors errors, bool trim = true)
    {
        if (!Has(name))
        {
            errors.Add(name, "This field is required.");
            return null;
        }

        return OptionalText(name, errors, trim);
    }

    /// <summary>As <see cref="OptionalText"/>, but it may be blank, which is as good as missing.</summary>
    public string? BlankableText(string name, FieldErrors errors)
    {
        var isBlank = _json.TryGetValue(name, out var value)
            ? value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString())
            : string.IsNullOrWhiteSpace(_form[name].ToString());
        return isBlank ? null : OptionalText(name, errors);
    }

    /// <summary>True or false, as REST framework's BooleanField takes it; null when it is missing.</summary>
    public bool? Switch(string name, FieldErrors errors)
    {
        if (!Has(name))
            return null;

        var text = _json.TryGetValue(name, out var value) ? value.ToString() : _form[name].ToString();
        switch (text.ToUpperInvariant())
        {
            case "TRUE" or "1" or "ON" or "YES":
                return true;
            case "FALSE" or "0" or "OFF" or "NO":
                return false;
            default:
                errors.Add(name, "Must be a valid boolean.");
                return null;
        }
    }

    /// <summary>As <see cref="Text"/>, but it may be missing.</summary>
    public string? OptionalText(string name, FieldErrors errors, bool trim = true)
    {
        if (!Has(name))
            return null;

        var text = _json.TryGetValue(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number => value.GetRawText(),
                _ => null,
            }
            : _form[name].ToString();
        if (text is null)
            errors.Add(
                name,
                value.ValueKind == JsonValueKind.Null ? "This field may not be null." : "Not a valid string."
            );
        else if ((trim ? text.Trim() : text).Length == 0)
            errors.Add(name, "This field may not be blank.");
        return trim ? text?.Trim() : text;
    }

    /// <summary>One of a few words; null when it is missing or none of them.</summary>
    public string? Choice(string name, IReadOnlyCollection<string> choices, FieldErrors errors)
    {
        if (!Has(name))
            return null;

        var isJson = _json.TryGetValue(name, out var value);
        if (isJson && value.ValueKind == JsonValueKind.Null)
        {
            errors.Add(name, "This field may not be null.");
            return null;
        }

        var text = isJson ? value.ToString() : _form[name].ToString();
        if (choices.Contains(text, StringComparer.Ordinal))
            return text;
        errors.Add(name, $"\"{text}\" is not a valid choice.");
        return null;
    }

    private bool Has(string name) => _json.ContainsKey(name) || _form.ContainsKey(name);

    private static FormOptions Limits { get; } =
        new()
        {
            ValueLengthLimit = MostBytes,
            ValueCountLimit = 64,
            MultipartBodyLengthLimit = MostBytes,
        };

    private static bool HasBody(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? false;

    private static async Task<IResult> FromJsonAsync(HttpRequest request, Func<CompatBody, Task<IResult>> act)
    {
        JsonDocument document;
        try
        {
            document = await JsonDocument.ParseAsync(request.Body, default, request.HttpContext.RequestAborted);
        }
        catch (JsonException error)
        {
            return Unreadable(error.Message);
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return CompatAnswers.Invalid(
                    "non_field_errors",
                    $"Invalid data. Expected a dictionary, but got {PythonName(document.RootElement.ValueKind)}."
                );
            var body = new CompatBody();
            try
            {
                // Asked for here, because half a surrogate pair is found no earlier.
                foreach (var property in document.RootElement.EnumerateObject())
                {
                    if (property.Value.ValueKind == JsonValueKind.String)
                        _ = property.Value.GetString();
                    body._json[property.Name] = property.Value;
                }
            }
            catch (InvalidOperationException)
            {
                return Unreadable("a text is not Unicode");
            }

            return await act(body);
        }
    }

    private static IResult Unreadable(string why) =>
        CompatAnswers.Detail(StatusCodes.Status400BadRequest, $"JSON parse error - {why}");

    private static string PythonName(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.Array => "list",
            JsonValueKind.String => "str",
            JsonValueKind.Number => "int",
            JsonValueKind.Null => "NoneType",
            _ => "bool",
        };
}
