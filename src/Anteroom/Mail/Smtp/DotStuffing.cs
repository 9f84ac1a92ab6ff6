using System.Buffers;

namespace Anteroom.Mail;

/// <summary>Writes a message as the content of DATA (RFC 5321 section 4.5.2): a dot before every leading dot, and the dot that ends it.</summary>
static class DotStuffing
{
    /// <summary>The message must have CRLF line ends only, and end with one.</summary>
    public static void Write(ReadOnlySpan<byte> message, IBufferWriter<byte> into)
    {
        if (message is [(byte)'.', ..])
            into.Write("."u8);
        for (int at; (at = message.IndexOf("\r\n."u8)) >= 0; message = message[(at + 2)..])
        {
            into.Write(message[..(at + 2)]);
            into.Write("."u8);
        }

        into.Write(message);
        into.Write(".\r\n"u8);
    }
}
