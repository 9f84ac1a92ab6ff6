using System.Text;

namespace Anteroom.Mail;

/// <summary>Who speaks in a <see cref="ConversationLine"/>.</summary>
public enum MailSpeaker
{
    /// <summary>Nobody: what happens to the connection.</summary>
    Note,

    /// <summary>We do.</summary>
    Anteroom,

    /// <summary>The mail server.</summary>
    Server,
}

/// <summary>A line of what was said, without control characters and secrets.</summary>
public sealed record ConversationLine(MailSpeaker By, string Text);

/// <summary>
/// What is said with a mail server, line by line. Nothing of a sign-in but its method is kept, not even when the server repeats it, and
/// nothing of a message but its size.
/// </summary>
internal sealed class MailConversation(MailOptions options)
{
    private const int MostLines = 200;
    private const string Masked = "•••";

    private readonly Lock _gate = new();
    private readonly List<ConversationLine> _lines = [];
    private readonly StringBuilder _answer = new();
    private readonly string[] _secrets = Secrets(options);
    private bool _signingIn;
    private bool _inContent;
    private long _content;

    /// <summary>So far.</summary>
    public IReadOnlyList<ConversationLine> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    /// <summary>Something happened.</summary>
    public void Note(string text)
    {
        lock (_gate)
            Add(MailSpeaker.Note, text);
    }

    /// <summary>We say something: commands, the answers of a sign-in, or a message.</summary>
    public void Anteroom(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_inContent)
            {
                _content += bytes.Length;
                return;
            }

            foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var said = line.TrimEnd('\r');
                if (_signingIn)
                    said = Masked;
                else if (said.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))
                {
                    _signingIn = true;
                    var words = said.Split(' ', 3);
                    said = words.Length < 3 ? said : $"{words[0]} {words[1]} {Masked}";
                }

                Add(MailSpeaker.Anteroom, said);
                if (!said.StartsWith("BDAT ", StringComparison.Ordinal))
                    continue;
                _inContent = true;
                break;
            }
        }
    }

    /// <summary>The server says something, maybe half a line.</summary>
    public void Server(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            if (_inContent && _content > 0)
                Add(MailSpeaker.Anteroom, $"(the message, {_content} bytes)");
            (_inContent, _content) = (false, 0);
            foreach (var c in Encoding.UTF8.GetString(bytes))
            {
                if (c != '\n')
                {
                    if (_answer.Length < 2_000)
                        _answer.Append(c);
                    continue;
                }

                var line = _answer.ToString().TrimEnd('\r');
                _answer.Clear();
                _signingIn &= line.StartsWith("334", StringComparison.Ordinal);
                _inContent = line.StartsWith("354", StringComparison.Ordinal);
                Add(MailSpeaker.Server, line);
            }
        }
    }

    /// <summary>The same text without what must not be seen.</summary>
    public string WithoutSecrets(string text) =>
        _secrets.Aggregate(text, (safe, secret) => safe.Replace(secret, Masked, StringComparison.Ordinal));

    private void Add(MailSpeaker by, string text)
    {
        if (_lines.Count < MostLines)
            _lines.Add(new(by, SmtpReply.Shown(WithoutSecrets(text))));
    }

    // As they are, and as PLAIN, LOGIN and XOAUTH2 send them.
    private static string[] Secrets(MailOptions options)
    {
        var user = options.User ?? "";
        return
        [
            .. new[] { options.Password, options.AccessToken }
                .Where(secret => !string.IsNullOrEmpty(secret))
                .SelectMany(secret =>
                    new[]
                    {
                        Base64($"\0{user}\0{secret}"),
                        Base64($"user={user}\u0001auth=Bearer {secret}\u0001\u0001"),
                        Base64(secret!),
                        secret!,
                    }
                ),
        ];

        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }
}
