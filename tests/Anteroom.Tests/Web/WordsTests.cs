using System.Text.RegularExpressions;
using System.Xml.Linq;
using Anteroom.Accounts;
using Anteroom.Leads;
using Anteroom.Operations.Auditing;
using Anteroom.Operations.Browsing;
using Anteroom.Operations.Settings;
using Anteroom.Tests.App;
using Anteroom.Web;
using Anteroom.Web.Admin;

namespace Anteroom.Tests.Web;

/// <summary>Every text of the firm's pages is in one resource, which is all that a translator needs.</summary>
public sealed partial class WordsTests
{
    private static readonly string Web = Path.Combine(NodeScript.RepositoryRoot(), "src", "Anteroom", "Web");
    private static readonly string Resource = Path.Combine(Web, "Words.resx");

    /// <summary>With <c>ANTEROOM_UPDATE_TEXTS=1</c> it writes the resource anew.</summary>
    [Fact]
    public void The_resource_has_the_texts_of_all_pages_and_no_other()
    {
        var used = Directory
            .EnumerateFiles(Web, "*.*", SearchOption.AllDirectories)
            .Where(file =>
                file.EndsWith(".razor", StringComparison.Ordinal) || file.EndsWith(".cs", StringComparison.Ordinal)
            )
            .Where(file => !file.Contains("/Web/Public/", StringComparison.Ordinal))
            .SelectMany(file => Keys().Matches(File.ReadAllText(file)))
            .Select(key => Regex.Unescape(key.Groups["key"].Value))
            .Concat(NamedInCode)
            .Order(StringComparer.Ordinal)
            // A resource knows no difference between small and capital letters; the first one stands for both.
            .DistinctBy(key => key, StringComparer.OrdinalIgnoreCase)
            .ToList();
        if (Environment.GetEnvironmentVariable("ANTEROOM_UPDATE_TEXTS") == "1")
            Write(used);

        var kept = XDocument.Load(Resource).Root!.Elements("data").Select(data => data.Attribute("name")!.Value);
        Assert.Equal(used, kept);
    }

    /// <summary>What pages name by a value: <c>@T[status.ToLabel()]</c>.</summary>
    private static IEnumerable<string> NamedInCode =>
        [
            .. Enum.GetValues<LeadStatus>().Select(status => status.ToLabel()),
            .. Enum.GetValues<Role>().SelectMany(role => (string[])[role.ToLabel(), role.ToWords()]),
            .. SourceNames.All.Append(null).Select(SourceNames.Of),
            .. Enum.GetValues<AuditKind>().Select(kind => kind.ToLabel()),
            .. Enum.GetValues<Notice>().Select(notice => notice.Words()).OfType<string>(),
            .. AdminPlace.All.SelectMany(place => (string[])[place.Group, place.Label, place.Does]),
            .. DataTables.All.SelectMany(table => (string[])[table.Label, table.Does]),
            .. Setting.All.SelectMany(setting => (string[])[setting.Label, setting.Hint]),
        ];

    private static void Write(IEnumerable<string> texts) =>
        new XDocument(
            new XElement(
                "root",
                Header("resmimetype", "text/microsoft-resx"),
                Header("version", "2.0"),
                Header("reader", "System.Resources.ResXResourceReader, System.Windows.Forms"),
                Header("writer", "System.Resources.ResXResourceWriter, System.Windows.Forms"),
                texts.Select(text => new XElement(
                    "data",
                    new XAttribute("name", text),
                    new XAttribute(XNamespace.Xml + "space", "preserve"),
                    new XElement("value", text)
                ))
            )
        ).Save(Resource);

    private static XElement Header(string name, string value) =>
        new("resheader", new XAttribute("name", name), new XElement("value", value));

    [GeneratedRegex("""\bT\["(?<key>(?:[^"\\]|\\.)+)"[\],]""", RegexOptions.None, 1000)]
    private static partial Regex Keys();
}
