using System.Text;
using System.Text.Json;
using Anteroom.Tests.Resumes;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Api.Fuzzing;

/// <summary>Who sends a request.</summary>
public enum Sender
{
    Nobody,
    Impostor,
    Staff,
    Attorney,
    Administrator,
}

/// <summary>A request that is right, or wrong in some places.</summary>
/// <param name="Operation">What is asked for.</param>
/// <param name="Sender">Who asks.</param>
/// <param name="Address">Path and query.</param>
/// <param name="Headers">Beside those of the body.</param>
/// <param name="ContentType">Of the body; null for none.</param>
/// <param name="Body">Its bytes.</param>
public sealed record FuzzedRequest(
    ApiOperation Operation,
    Sender Sender,
    string Address,
    IReadOnlyList<(string Name, string Value)> Headers,
    string? ContentType,
    byte[] Body
)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"{Operation.Method} {Address} by {Sender}, {string.Join(", ", Headers)} {ContentType}: {Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 300)))}";
}

/// <summary>Makes requests for the operations of the documents: values that work, from <paramref name="known"/> too, and hostile ones.</summary>
/// <param name="known">Values that work, by the name of the parameter or member, or by path, colon, space and name.</param>
public sealed class FuzzedRequests(IReadOnlyDictionary<string, string[]> known)
{
    private static readonly string[] Hostile =
    [
        "",
        " ",
        "\0",
        "a\0b",
        "\u0001\u001f",
        "\r\nX-Injected: 1",
        "0",
        "-1",
        "1.5",
        "1e999",
        "NaN",
        "2147483648",
        "9223372036854775807",
        "9223372036854775808",
        "00000000-0000-0000-0000-000000000000",
        "null",
        "true",
        "[]",
        "{}",
        "{0}",
        "%00",
        "%",
        "../../../etc/passwd",
        "..\\..\\windows",
        "'; drop table leads; --",
        "\" or 1=1",
        "<script>alert(1)</script>",
        "${jndi:ldap://127.0.0.1/a}",
        "💩👩‍👩‍👧‍👦",
        "\u202egnirts",
        "Zalgo\u0301\u0302\u0303\u0304",
        "\ud800",
        "İıſK",
        "ﷺ",
        new('a', 101),
        new('9', 400),
        new('x', 20_000),
        "9999-12-31T23:59:59.9999999Z",
        "0001-01-01T00:00:00+14:00",
        "2026-02-30T00:00:00Z",
        "registered,,retained",
        "a@b",
        "@",
    ];

    private static readonly string[] HostileJson =
    [
        "null",
        "true",
        "0",
        "-0.0",
        "1e400",
        "9223372036854775808",
        "\"\"",
        "[]",
        "[[[]]]",
        "{}",
        "{\"a\":1}",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
    ];

    /// <summary>Requests for any of the operations.</summary>
    public Gen<FuzzedRequest> For(IReadOnlyList<ApiOperation> operations) =>
        from operation in Gen.Elements<ApiOperation>(operations)
        from sender in Gen.Frequency(
            (1, Gen.Constant(Sender.Nobody)),
            (1, Gen.Constant(Sender.Impostor)),
            (2, Gen.Constant(Sender.Staff)),
            (3, Gen.Constant(Sender.Attorney)),
            (5, Gen.Constant(Sender.Administrator))
        )
        from address in Address(operation)
        from headers in Headers(operation)
        from body in Body(operation)
        select new FuzzedRequest(operation, sender, address, headers, body.Type, body.Bytes);

    private Gen<string> Address(ApiOperation operation) =>
        operation
            .Parameters.Where(one => one.Place != "header")
            .Aggregate(
                Gen.Constant((Path: operation.Path, Query: "")),
                (so, parameter) =>
                    from before in so
                    from sent in parameter.Place == "path" ? Gen.Constant(true) : Gen.Elements(true, false, false)
                    from value in Value(operation, parameter)
                    select parameter.Place == "path" ? (Replace(before.Path, parameter.Name, value), before.Query)
                    : sent
                        ? (
                            before.Path,
                            $"{before.Query}&{parameter.Name}={Uri.EscapeDataString(WellFormed(value.Length > 1_000 ? value[..1_000] : value))}"
                        )
                    : before
            )
            .Select(made => made.Query.Length == 0 ? made.Path : $"{made.Path}?{made.Query[1..]}");

    private Gen<(string, string)[]> Headers(ApiOperation operation) =>
        operation
            .Parameters.Where(one => one.Place == "header")
            .Aggregate(
                Gen.Constant(Array.Empty<(string, string)>()),
                (so, parameter) =>
                    from before in so
                    from sent in Gen.Elements(true, false)
                    from value in Value(operation, parameter)
                    select sent ? [.. before, (parameter.Name, Printable(value))] : before
            );

    private Gen<(string? Type, byte[] Bytes)> Body(ApiOperation operation)
    {
        if (operation.Bodies.Count == 0)
            return Gen.Constant<(string?, byte[])>((null, []));
        return from type in Gen.Elements<string>(operation.Bodies.Keys)
            from members in Members(operation, operation.Bodies[type])
            from wrongs in Gen.Choose(0, 19)
            from cut in Gen.Choose(0, 100)
            let body = Write(type, members)
            select wrongs switch
            {
                0 => ((string?)null, Array.Empty<byte>()),
                1 => ("text/plain", body.Bytes),
                2 => ("application/json", body.Bytes),
                3 => (body.Type, body.Bytes[..(body.Bytes.Length * cut / 100)]),
                4 => (body.Type, [.. body.Bytes, 0xff, 0xfe, (byte)'}']),
                5 => (body.Type, Encoding.UTF8.GetBytes(new string('[', 5_000))),
                6 => (body.Type, Encoding.UTF8.GetBytes($"{{\"a\":\"{new string('b', 80_000)}\"}}")),
                7 => ("multipart/form-data", body.Bytes),
                8 => ("application/json; charset=utf-16", body.Bytes),
                _ => body,
            };
    }

    /// <summary>The members that are sent, as JSON.</summary>
    private Gen<(string Name, string Json)[]> Members(
        ApiOperation operation,
        IReadOnlyDictionary<string, string> members
    ) =>
        members.Aggregate(
            Gen.Constant(Array.Empty<(string, string)>()),
            (so, member) =>
                from before in so
                from way in Gen.Choose(0, 9)
                from known in Gen.Elements(
                    Known(operation, member.Key).DefaultIfEmpty(member.Value.Trim('"')).ToArray()
                )
                from hostile in Gen.Elements(Hostile)
                from json in Gen.Elements(HostileJson)
                select way switch
                {
                    0 => before,
                    1 => [.. before, (member.Key, json)],
                    2 => [.. before, (member.Key, Quote(hostile))],
                    3 => [.. before, (member.Key, Quote(known)), (member.Key, Quote(hostile))],
                    _ when member.Value.Length > 0 && Known(operation, member.Key).Length == 0 =>
                    [
                        .. before,
                        (member.Key, member.Value),
                    ],
                    _ => known.Length > 0 ? [.. before, (member.Key, Quote(known))] : before,
                }
        );

    private Gen<string> Value(ApiOperation operation, ApiParameter parameter) =>
        Gen.Frequency(
            (
                4,
                Gen.Elements(
                    Known(operation, parameter.Name).Concat(parameter.Choices).Append(parameter.Example).ToArray()
                )
            ),
            (2, Gen.Elements(Hostile))
        );

    private string[] Known(ApiOperation operation, string name) =>
        known.GetValueOrDefault($"{operation.Path}: {name}") ?? known.GetValueOrDefault(name) ?? [];

    private static (string? Type, byte[] Bytes) Write(string type, (string Name, string Json)[] members)
    {
        switch (type)
        {
            case "application/json":
                return (
                    type,
                    Encoding.UTF8.GetBytes(
                        $"{{{string.Join(',', members.Select(member => $"\"{member.Name}\":{member.Json}"))}}}"
                    )
                );
            case "application/x-www-form-urlencoded":
                return (
                    type,
                    Encoding.ASCII.GetBytes(
                        string.Join(
                            '&',
                            members.Select(member => $"{member.Name}={Uri.EscapeDataString(Plain(member.Json))}")
                        )
                    )
                );
            default:
                using (var buffer = new MemoryStream())
                {
                    foreach (var (name, json) in members)
                    {
                        var file = name == "resume" ? "; filename=\"Ada.pdf\"\r\nContent-Type: application/pdf" : "";
                        buffer.Write(
                            Encoding.UTF8.GetBytes(
                                $"--cut\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n"
                            )
                        );
                        buffer.Write(
                            name == "resume" && json.Length < 30
                                ? SampleFiles.Pdf()
                                : Encoding.UTF8.GetBytes(Plain(json))
                        );
                        buffer.Write("\r\n"u8);
                    }

                    buffer.Write("--cut--\r\n"u8);
                    return ("multipart/form-data; boundary=cut", buffer.ToArray());
                }
        }
    }

    private static string Plain(string json) =>
        !json.StartsWith('"') ? json
        : json.Contains("\\ud", StringComparison.Ordinal) ? "\ufffd"
        : JsonSerializer.Deserialize<string>(json) ?? "";

    // A lone surrogate cannot be written in UTF-8, but JSON can escape it.
    private static string Quote(string text) =>
        "\""
        + string.Concat(text.Select(sign => sign is < ' ' or '"' or '\\' or > '~' ? $"\\u{(int)sign:x4}" : $"{sign}"))
        + "\"";

    private static string Replace(string path, string name, string value)
    {
        // A longer one is refused before it comes to an operation; "." and ".." and nothing would be another address.
        var plain = WellFormed(value.Length > 1_000 ? value[..1_000] : value);
        var safe = plain.Trim('.', ' ').Length == 0 ? "x" : Uri.EscapeDataString(plain);
        // Only the catch-all takes slashes; "../" in it is resolved by the client.
        if (name == "path" && !plain.Contains("..", StringComparison.Ordinal))
            safe = safe.Replace("%2F", "/", StringComparison.Ordinal);
        return path.Replace($"{{{name}}}", safe, StringComparison.Ordinal);
    }

    private static string WellFormed(string text) => text.Replace("\ud800", "\ufffd", StringComparison.Ordinal);

    private static string Printable(string text) => string.Concat(text.Where(sign => sign is >= ' ' and <= '~'));
}
