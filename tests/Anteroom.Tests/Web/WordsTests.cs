using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Audit;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Tests.App;
using Anteroom.Web;
using Anteroom.Web.Admin;
using Anteroom.Web.Workspace;
using Microsoft.Extensions.Localization;

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
            .EnumerateFiles(Web, "*.razor", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/Web/Public/", StringComparison.Ordinal))
            .SelectMany(file => Keys().Matches(File.ReadAllText(file)))
            .Select(key => Regex.Unescape(key.Groups["key"].Value))
            .Concat(SaidByCode.Texts())
            .Concat(NamedInCode)
            .Order(StringComparer.Ordinal)
            // A resource knows no difference between small and capital letters; the first one stands for both.
            .DistinctBy(key => key, StringComparer.OrdinalIgnoreCase)
            .ToList();
        if (Environment.GetEnvironmentVariable("ANTEROOM_UPDATE_TEXTS") == "1")
            Write(used);

        Assert.Equal(used, Kept());
    }

    [Theory]
    [InlineData(
        "There are 30 tags already. Please use one of them.",
        "There are {0} tags already. Please use one of them.",
        "30"
    )]
    [InlineData(
        "There is no {{#of}}. There are if, unless, each and with.",
        "There is no {{{{#{0}}}}}. There are if, unless, each and with.",
        "of"
    )]
    [InlineData(
        "Ada Lovelace is the last active administrator.",
        "{0} is the last active administrator.",
        "Ada Lovelace"
    )]
    [InlineData("Please choose a role.", "Please choose a role.", "")]
    public void A_sentence_of_a_rule_is_found_with_its_values(string sentence, string key, string value)
    {
        var before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("es");
        try
        {
            Assert.Equal($"{key}: {value}", new Repeating([.. Kept()]).Say(sentence));
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    /// <summary>Has every text in a language that says which one it is, and with which values.</summary>
    private sealed class Repeating(HashSet<string> keys) : IStringLocalizer<Repeating>
    {
        public LocalizedString this[string name] => new(name, $"{name}: ", resourceNotFound: !keys.Contains(name));

        public LocalizedString this[string name, params object[] arguments] =>
            new(name, $"{name}: {string.Join(", ", arguments)}");

        public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => keys.Select(key => this[key]);
    }

    /// <summary>What pages name by a value: <c>@T[status.ToLabel()]</c>.</summary>
    private static IEnumerable<string> NamedInCode =>
        [
            .. LeadStatus.All.SelectMany(status => (string[])[status.ToLabel(), status.Verb]),
            .. Enum.GetValues<Role>().SelectMany(role => (string[])[role.ToLabel(), role.ToWords()]),
            .. SourceNames.All.Append(null).Select(SourceNames.Of),
            .. Enum.GetValues<AuditKind>().Select(kind => kind.ToLabel()),
            .. Enum.GetValues<Notice>().Select(notice => notice.Words()).OfType<string>(),
            .. ProspectFacts.All.Select(fact => fact.Label),
            .. AdminPlace.All.SelectMany(place => (string[])[place.Group, place.Label, place.Does]),
            .. DataTables.All.SelectMany(table => (string[])[table.Label, table.Does]),
            .. Setting.All.SelectMany(setting => (string[])[setting.Label, setting.Hint]),
            .. MailKinds.All.Select(kind => kind.Label),
            .. JobList.All.Select(job => job.Label),
            .. NamedPeriod.All.Select(period => period.Label),
        ];

    private static IEnumerable<string> Kept() =>
        XDocument.Load(Resource).Root!.Elements("data").Select(data => data.Attribute("name")!.Value);

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
