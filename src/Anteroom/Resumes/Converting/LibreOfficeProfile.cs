using System.Globalization;
using System.Text;

namespace Anteroom.Resumes;

/// <summary>
/// The settings of LibreOffice for files from strangers. Without them it loads what a document links to, from the network and from our own disk,
/// while it converts (7.4 did both with a picture).
/// </summary>
internal static class LibreOfficeProfile
{
    private static readonly (string Path, string Name, string Value)[] Settings =
    [
        // No macro, whoever has signed it, and nothing else that acts.
        ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
        ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
        ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
        // No picture, section, sheet or object from elsewhere: no folder is trusted, so this is for every document.
        ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
        ("Office.Writer/Content/Update", "Link", "2"), // never
        ("Office.WriterWeb/Content/Update", "Link", "2"),
        ("Office.Calc/Content/Update", "Link", "2"),
        // Where there is no namespace without a network: a proxy that nobody is.
        ("Inet/Settings", "ooInetProxyType", "2"),
        ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
        ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
        ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
        ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
        ("Inet/Settings", "ooInetNoProxy", ""),
    ];

    /// <summary>Writes a new profile.</summary>
    public static Task WriteAsync(string folder, CancellationToken cancellation)
    {
        var text = new StringBuilder(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">

            """
        );
        foreach (var (path, name, value) in Settings)
            text.Append(
                CultureInfo.InvariantCulture,
                $"""<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>{"\n"}"""
            );
        text.Append("</oor:items>\n");
        var user = Directory.CreateDirectory(Path.Combine(folder, "user"));
        return File.WriteAllTextAsync(
            Path.Combine(user.FullName, "registrymodifications.xcu"),
            text.ToString(),
            cancellation
        );
    }
}
