using System.Text;

namespace Anteroom.Mail;

/// <summary>
/// Signs in (RFC 4954) with what the settings hold and the server offers: XOAUTH2 for a token; PLAIN (RFC 4616), else LOGIN, for a
/// password. Anything but success is an error: no message ever goes out anonymously because signing in failed.
/// </summary>
static class SmtpSignIn
{
    /// <exception cref="MailException">A connection failure: refused, not offered, or not safe.</exception>
    public static async Task RunAsync(
        SmtpLine line,
        SmtpOffers offers,
        MailOptions options,
        bool secure,
        CancellationToken cancellation
    )
    {
        if (!secure && !options.PasswordMayTravelInTheOpen)
            throw Failed("The password would travel unencrypted: set Mail:UseTls or Mail:UseSsl.");
        var reply = await AskAsync(line, offers, options, cancellation);
        if (!reply.IsDone)
            throw Failed($"The mail server refused the sign-in as {HeaderText.OneLine(options.User)}: {reply}", reply);
    }

    static Task<SmtpReply> AskAsync(
        SmtpLine line,
        SmtpOffers offers,
        MailOptions options,
        CancellationToken cancellation
    )
    {
        if (!string.IsNullOrEmpty(options.AccessToken))
        {
            return offers.SignIns.Contains("XOAUTH2")
                ? XOAuth2Async(line, options, cancellation)
                : throw NotOffered("XOAUTH2, which Mail:AccessToken needs", offers);
        }

        if (offers.SignIns.Contains("PLAIN"))
            return TalkAsync(line, $"AUTH PLAIN {Base64($"\0{options.User}\0{options.Password}")}", [], cancellation);
        if (offers.SignIns.Contains("LOGIN"))
            return TalkAsync(line, "AUTH LOGIN", [Base64(options.User!), Base64(options.Password ?? "")], cancellation);
        throw NotOffered("AUTH PLAIN or LOGIN, which Mail:User and Mail:Password need", offers);
    }

    // On refusal the server first explains in a 334 and wants an empty line before it says 535.
    static Task<SmtpReply> XOAuth2Async(SmtpLine line, MailOptions options, CancellationToken cancellation) =>
        TalkAsync(
            line,
            $"AUTH XOAUTH2 {Base64($"user={options.User}\u0001auth=Bearer {options.AccessToken}\u0001\u0001")}",
            [""],
            cancellation
        );

    static async Task<SmtpReply> TalkAsync(
        SmtpLine line,
        string command,
        string[] answers,
        CancellationToken cancellation
    )
    {
        await line.WriteAsync(command + "\r\n", cancellation);
        var reply = await line.ReadReplyAsync(cancellation);
        foreach (var answer in answers)
        {
            if (reply.Code != 334)
                break;
            await line.WriteAsync(answer + "\r\n", cancellation);
            reply = await line.ReadReplyAsync(cancellation);
        }

        return reply;
    }

    static MailException NotOffered(string what, SmtpOffers offers) =>
        Failed(
            $"The mail server does not offer {what}; it offers {(offers.SignIns.Count == 0 ? "no sign-in" : string.Join(", ", offers.SignIns.Order(StringComparer.Ordinal)))}. "
                + "Nothing is sent without signing in while Mail:User is set."
        );

    static MailException Failed(string message, SmtpReply? reply = null) =>
        new(message, permanent: false)
        {
            IsConnectionFailure = true,
            ReplyCode = reply?.Code,
            EnhancedCode = reply?.EnhancedCode,
        };

    static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
