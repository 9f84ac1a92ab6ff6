using System.Globalization;
using System.Text.RegularExpressions;

namespace Anteroom.Mail;

/// <summary>A server's reply (RFC 5321 section 4.2).</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Text">Its lines; may contain anything.</param>
internal readonly partial record struct SmtpReply(int Code, string Text)
{
    private const int LongestShown = 400;

    public bool IsRefused => Code >= 500;

    /// <summary>RFC 5321 section 3.8: the server closes the connection, whatever was asked.</summary>
    public bool IsGoodbye => Code == 421;

    /// <summary>RFC 4954 section 6: about our sign-in, in reply to any command.</summary>
    public bool IsAboutSignIn => Code is 530 or 534 or 535 or 538;

    /// <summary>The enhanced status code (RFC 3463), as <c>5.1.1</c>; null when missing or contradicting the code.</summary>
    public string? EnhancedCode =>
        Enhanced().Match(Text) is { Success: true } match && match.Value[0] - '0' == Code / 100 ? match.Value : null;

    /// <summary>Parses the message of MailKit's AuthenticationException: code, colon, text; without a code it is a 534.</summary>
    public static SmtpReply OfSignIn(string message) =>
        message is [_, _, _, ':', ..] && int.TryParse(message[..3], CultureInfo.InvariantCulture, out var code)
            ? new SmtpReply(code, message[4..].TrimStart())
            : new SmtpReply(534, message);

    /// <summary>On one line, for people.</summary>
    public override string ToString() => $"{Code} {Shown(Text)}".TrimEnd();

    /// <summary>What a server said: short, on one line, without control characters.</summary>
    public static string Shown(string text)
    {
        var line = HeaderText.OneLine(text);
        return line.Length > LongestShown ? $"{line[..LongestShown]}…" : line;
    }

    [GeneratedRegex(
        @"^[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Enhanced();
}
