using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Anteroom.Tests.Mail.Smtp;

/// <summary>A small reader of messages, written from the RFCs and not from the writer, for two alternatives and simple addresses.</summary>
internal sealed partial class PlainReader
{
    public PlainReader(ReadOnlySpan<byte> raw)
    {
        Source = Encoding.UTF8.GetString(raw);
        (Headers, var body) = Split(Source);
        var boundary = Regex
            .Match(One("Content-Type"), "(?<=boundary=\")[^\"]+(?=\")", RegexOptions.None, TimeSpan.FromSeconds(1))
            .Value;
        var parts = ("\r\n" + body).Split($"\r\n--{boundary}");
        if (parts.Length != 4 || parts[3] != "--\r\n" || parts[0].Length != 0)
            throw new FormatException("not two parts");
        (Text, Html) = (Part(parts[1], "text/plain"), Part(parts[2], "text/html"));
    }

    public string Source { get; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; }

    public string Text { get; }

    public string Html { get; }

    public string Subject => Decoded(One("Subject"));

    public string One(string name) =>
        Headers.Single(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The one mailbox of a header (RFC 5322 section 3.4); throws when anything else stands there.</summary>
    public (string Name, string Address) Mailbox(string header)
    {
        var match = MailboxForm().Match(One(header));
        if (!match.Success)
            throw new FormatException(One(header));
        var name = match.Groups["quoted"] is { Success: true } quoted
            ? Regex.Replace(quoted.Value, @"\\(?<it>.)", "${it}", RegexOptions.None, TimeSpan.FromSeconds(1))
            : Decoded(match.Groups["words"].Value);
        return (name, match.Groups["address"].Value);
    }

    private static (List<(string, string)> Headers, string Body) Split(string entity)
    {
        var end = entity.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var unfolded = entity[..end]
            .Replace("\r\n ", " ", StringComparison.Ordinal)
            .Replace("\r\n\t", "\t", StringComparison.Ordinal);
        var headers = unfolded
            .Split("\r\n")
            .Select(line => line.Split(':', 2))
            .Select(pair => (pair[0], pair[1].TrimStart(' ')))
            .ToList();
        return (headers, entity[(end + 4)..]);
    }

    private static string Part(string part, string type)
    {
        var (headers, body) = Split(part[2..]);
        if (!headers.Contains(("Content-Type", $"{type}; charset=utf-8")))
            throw new FormatException("not " + type);
        if (body.Split("\r\n").Any(line => line.Length > 76))
            throw new FormatException("a long line");
        return headers.Single(header => header.Item1 == "Content-Transfer-Encoding").Item2 == "base64"
            ? Encoding.UTF8.GetString(Convert.FromBase64String(body))
            : Encoding.UTF8.GetString(Quoted(body.Replace("=\r\n", "", StringComparison.Ordinal)));
    }

    private static byte[] Quoted(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '=')
            {
                bytes.Add(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                i += 2;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }

        return [.. bytes];
    }

    // Each word is decoded on its own, so that one ending inside a character would show.
    private static string Decoded(string value) =>
        EncodedWord()
            .Replace(
                BetweenWords().Replace(value, ""),
                match =>
                    Encoding.UTF8.GetString(
                        match.Groups["how"].Value == "b"
                            ? Convert.FromBase64String(match.Groups["what"].Value)
                            : Quoted(match.Groups["what"].Value.Replace('_', ' '))
                    )
            );

    [GeneratedRegex(@"(?<=\?=) +(?==\?utf-8\?[bq]\?)", RegexOptions.None, 1000)]
    private static partial Regex BetweenWords();

    [GeneratedRegex(@"=\?utf-8\?(?<how>[bq])\?(?<what>[^? ]*)\?=", RegexOptions.None, 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(
        """^(?:(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<words>=\?utf-8\?[bq]\?[^? ]*\?=(?: =\?utf-8\?[bq]\?[^? ]*\?=)*|[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+))[ \t]+<(?<address>[^<>@ ]+@[^<>@ ]+)>|<?(?<address>[^<>@ ]+@[^<>@ ]+?)>?)$""",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex MailboxForm();
}
