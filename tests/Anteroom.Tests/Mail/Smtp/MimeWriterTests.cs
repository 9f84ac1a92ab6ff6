using System.Globalization;
using System.Text;
using Anteroom.Mail;
using FsCheck;
using FsCheck.Fluent;
using MimeKit;

namespace Anteroom.Tests.Mail.Smtp;

public sealed class MimeWriterTests
{
    private static readonly string[] Pieces =
    [
        .. "\r\n|\n|\r|\0|\t| |  |\"|\\|\\\"|<|>|@|,|;|:|(|)|=?|?=|=|=20|=_|.|\r\n.|\r\n.\r\n|--|_|?|a|word|éß|你好|🎉|\u0301".Split(
            '|'
        ),
        .. "\ud83d|\ude00|\u2028|\u0085|\u202e|\ufeff|\u001b|\u007f|\f|=?utf-8?q?x?=|From |\r\nBcc: evil@x.y|\" <evil@x.y>, \"z".Split(
            '|'
        ),
        new string('x', 90),
        new string('ü', 50),
        new string('9', 1200),
    ];

    private static readonly Gen<string> Hostile = Gen.Elements(Pieces).ListOf().Select(pieces => string.Concat(pieces));

    private static readonly Gen<MailMessage> Messages =
        from subject in Hostile
        from fromName in Hostile
        from toName in Hostile
        from text in Hostile
        from html in Hostile
        from id in Hostile
        from header in Hostile
        select Letters.To("p@example.org", toName) with
        {
            From = new Mailbox("firm@example.com", fromName),
            ReplyTo = new Mailbox("reply@example.com", toName),
            Subject = subject,
            Text = text,
            Html = html,
            MessageId = id,
            Headers = [new("X-Any", header), new(header, "x"), new("From", "evil@x.y"), new("X-Two\r\nTo", "evil@x.y")],
        };

    [Fact]
    public void Whatever_stands_in_a_message_is_read_back_the_same_and_adds_no_header() =>
        Prop.ForAll(
                Messages.ToArbitrary(),
                message =>
                {
                    var read = new PlainReader(new MimeWriter().Write(message).Span);

                    Assert.Equal(OneLine(message.Subject), read.Subject);
                    Assert.Equal((OneLine(message.From.Name!), "firm@example.com"), read.Mailbox("From"));
                    Assert.Equal((OneLine(message.To.Name!), "p@example.org"), read.Mailbox("To"));
                    Assert.Equal((OneLine(message.To.Name!), "reply@example.com"), read.Mailbox("Reply-To"));
                    Assert.Equal(CrLf(message.Text), read.Text);
                    Assert.Equal(CrLf(message.Html), read.Html);
                    string[] known =
                    [
                        "Date",
                        "From",
                        "To",
                        "Reply-To",
                        "Subject",
                        "Message-ID",
                        "X-Any",
                        "MIME-Version",
                        "Content-Type",
                    ];
                    Assert.Equal(
                        known.Order(),
                        read.Headers.Select(header => header.Name).Where(name => !IsPiece(name)).Order()
                    );
                    Assert.Matches("^<[!-;=?-~]+@[!-;=?-~]+>$", read.One("Message-ID"));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Every_line_is_short_ASCII_and_ends_with_CRLF() =>
        Prop.ForAll(
                Messages.ToArbitrary(),
                message =>
                {
                    var raw = new MimeWriter().Write(message).Span;

                    Assert.True(Ascii.IsValid(raw));
                    var lines = Encoding.ASCII.GetString(raw).Split("\r\n");
                    Assert.Equal("", lines[^1]);
                    Assert.All(lines, line => Assert.DoesNotContain(line, c => char.IsControl(c) && c != (char)9));
                    Assert.All(lines, line => Assert.InRange(line.Length, 0, 998));
                    Assert.All(
                        lines.Where(line => line.Contains("=?utf-8?", StringComparison.Ordinal)),
                        line => Assert.InRange(line.Length, 0, 76)
                    );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public async Task An_independent_parser_reads_the_same()
    {
        await using var server = await SmtpServer.StartAsync(cancellation: Letters.Cancellation);
        foreach (var message in Messages.Sample(60, 12))
        {
            var mail = await server.ParseAsync(new MimeWriter().Write(message), Letters.Cancellation);

            Assert.Equal(OneLine(message.Subject), mail.Subject);
            Assert.Equal(
                new ReceivedMailbox("firm@example.com", OneLine(message.From.Name!)),
                Assert.Single(mail.From)
            );
            Assert.Equal(new ReceivedMailbox("p@example.org", OneLine(message.To.Name!)), Assert.Single(mail.To));
            // This parser makes an empty part one empty line.
            Assert.Equal(Lf(message.Text).TrimEnd('\n'), Lf(mail.Text).TrimEnd('\n'));
            Assert.Equal(Lf(message.Html).TrimEnd('\n'), Lf(mail.Html).TrimEnd('\n'));
            foreach (var key in new[] { "from", "to", "subject", "message-id", "date" })
                Assert.Single(mail.Headers, header => header.Key == key);
            Assert.DoesNotContain(mail.Headers, header => header.Key == "bcc");
        }
    }

    [Fact]
    public void The_same_message_gives_the_same_bytes_however_often_it_is_tried()
    {
        var message = Letters.To("p@example.org", "Zoë");
        var writer = new MimeWriter();
        var first = writer.Write(message).ToArray();

        Assert.Equal(first, writer.Write(message).ToArray());
        Assert.Contains(
            "Date: Wed, 04 Mar 2026 05:06:07 +0000\r\n",
            Encoding.UTF8.GetString(first),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("Plain subject", "Plain subject")]
    [InlineData("Renée Smith wrote to you", "=?utf-8?b?UmVuw6llIFNtaXRoIHdyb3RlIHRvIHlvdQ==?=")]
    [InlineData("你好", "=?utf-8?b?5L2g5aW9?=")]
    [InlineData("=?utf-8?q?fake?=", "=?utf-8?b?PT91dGYtOD9xP2Zha2U/PQ==?=")]
    [InlineData("one\r\nBcc: evil@x.y", "one Bcc: evil@x.y")]
    public void Subjects_stay_readable_where_they_can(string subject, string written)
    {
        var read = new PlainReader(new MimeWriter().Write(Letters.To("p@example.org") with { Subject = subject }).Span);

        Assert.Equal(written, read.One("Subject"));
        Assert.Equal(OneLine(subject), read.Subject);
    }

    [Theory]
    [InlineData("a..b@docomo.example", "\"a..b\"@docomo.example")]
    [InlineData("o'brien+x@example.org", "o'brien+x@example.org")]
    [InlineData("p@[127.0.0.1]", "p@[127.0.0.1]")]
    [InlineData("p@[IPv6:::1]", "p@[IPv6:::1]")]
    [InlineData("p@Bücher.example", "p@xn--bcher-kva.example")]
    [InlineData("\"two words\"@example.org", "\"two words\"@example.org")]
    public void Odd_but_real_addresses_can_be_mailed(string address, string written)
    {
        Assert.True(WireAddress.TryParse(address, out var wire));
        Assert.Equal(written, wire.ToString());
        var read = new PlainReader(new MimeWriter().Write(Letters.To(address, "Zoë")).Span);
        Assert.Equal($"=?utf-8?b?Wm/Dqw==?= <{written}>", read.One("To"));
    }

    [Fact]
    public void No_address_that_is_taken_can_end_a_command_or_a_header() =>
        Prop.ForAll(
                Hostile.ToArbitrary(),
                Hostile.ToArbitrary(),
                (local, domain) =>
                {
                    if (WireAddress.TryParse($"{local}@{domain}.example", out var wire))
                    {
                        Assert.DoesNotContain(
                            wire.ToString(),
                            c => char.IsControl(c) || c is '<' or '>' or ',' or ';' or '\u2028'
                        );
                        Assert.Equal(1, wire.ToString().Count(c => c == '@'));
                        Assert.InRange(Encoding.UTF8.GetByteCount(wire.ToString()), 1, 254);
                        // The library reads it as it stands, and needs SMTPUTF8 for no more than we do.
                        var box = new MailboxAddress(null, wire.ToString());
                        Assert.Equal(wire.ToString(), box.GetAddress(idnEncode: false));
                        Assert.Equal(wire.ToString(), box.GetAddress(idnEncode: true));
                        Assert.Equal(wire.NeedsUtf8, box.IsInternational);
                    }
                }
            )
            .QuickCheckThrowOnFailure();

    // What the contract promises, said again without the code that keeps it.
    private static string OneLine(string text)
    {
        var spaced = string.Concat(
            text.EnumerateRunes()
                .Select(rune =>
                    CharUnicodeInfo.GetUnicodeCategory(rune.Value)
                        is UnicodeCategory.Control
                            or UnicodeCategory.LineSeparator
                        ? " "
                        : rune.ToString()
                )
        );
        return string.Join(' ', spaced.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool IsPiece(string name) =>
        name is "a" or "word" or "_" or "--" || name.Trim('x', '9', 'a', 'w', 'o', 'r', 'd', '_', '-').Length == 0;

    private static string Lf(string text) =>
        Whole(text).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');

    private static string CrLf(string text) => Lf(text).Replace("\n", "\r\n", StringComparison.Ordinal);

    private static string Whole(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));
}
