using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Anteroom.Mail;

/// <summary>Reads a sender as people write it into settings: <c>firm@example.com</c> or <c>The Firm &lt;firm@example.com&gt;</c>.</summary>
internal static class SenderText
{
    /// <summary>False when it has no address to send from. Nothing in a name can become an address.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Mailbox? sender)
    {
        sender = null;
        text = text?.Trim() ?? "";
        var (name, address) = ("", text);
        if (text.EndsWith('>'))
        {
            var open = text.LastIndexOf('<');
            if (open < 0)
                return false;
            (name, address) = (Unquoted(text[..open].Trim()), text[(open + 1)..^1].Trim());
        }

        if (!WireAddress.TryParse(address, out _))
            return false;
        name = HeaderText.OneLine(name);
        sender = new Mailbox(address, name.Length == 0 ? null : name);
        return true;
    }

    // RFC 5322 section 3.2.4: inside quotes, a backslash escapes a quote or a backslash.
    private static string Unquoted(string name)
    {
        if (name.Length < 2 || name[0] != '"' || name[^1] != '"')
            return name;
        var plain = new StringBuilder(name.Length);
        for (var i = 1; i < name.Length - 1; i++)
        {
            if (name[i] == '\\' && i + 1 < name.Length - 1)
                i++;
            plain.Append(name[i]);
        }

        return plain.ToString();
    }
}
