using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Anteroom.Tests.App;
using Anteroom.Tests.Leads;
using Anteroom.Tests.Resumes;
using Anteroom.Web.Public;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace Anteroom.Tests.Web;

/// <summary>Rules word a sentence once and keep its values apart; the form says it in the prospect's language.</summary>
public sealed partial class SentenceTests : IDisposable
{
    private static readonly string Source = Path.Combine(NodeScript.RepositoryRoot(), "src", "Anteroom");

    private readonly CultureInfo _before = CultureInfo.CurrentUICulture;
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddLogging()
        .AddLocalization()
        .BuildServiceProvider();

    public SentenceTests() => CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("es");

    public void Dispose()
    {
        CultureInfo.CurrentUICulture = _before;
        _services.Dispose();
    }

    private IStringLocalizer<PublicWords> Words => _services.GetRequiredService<IStringLocalizer<PublicWords>>();

    [Fact]
    public void A_sentence_keeps_its_values_apart_from_its_words()
    {
        var (count, tag) = (30, "{vip}");
        Sentence sentence = $"There are {count} tags, {tag} among them, and {{no}} more than {0.5:P0}.";

        Assert.Equal("There are {0} tags, {1} among them, and {{no}} more than {2:P0}.", sentence.Format);
        Assert.Equal(
            string.Create(
                CultureInfo.CurrentCulture,
                $"There are 30 tags, {{vip}} among them, and {{no}} more than {0.5:P0}."
            ),
            sentence.ToString()
        );
        Assert.Equal(
            "0.5: {vip}, 30",
            string.Create(CultureInfo.InvariantCulture, $"{sentence.Say(_ => "0.5: {1}, {0}")}")
        );
    }

    [Fact]
    public void A_text_without_values_may_hold_braces()
    {
        Sentence sentence = "There is no {{#of}}, only {0}.";

        Assert.Equal("There is no {{#of}}, only {0}.", sentence.ToString());
        Assert.Null(Sentence.FromString(null));
    }

    [Fact]
    public void A_sentence_within_a_sentence_is_translated_too()
    {
        Sentence seconds = $"{12} seconds";
        Sentence wait =
            $"Many forms have come from your network just now. Nothing was saved. Please wait {seconds} and send it again.";

        Assert.Contains("Please wait 12 seconds and", wait.ToString(), StringComparison.Ordinal);
        Assert.Contains("12 segundos", Words.Say(wait), StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_has_the_name_of_its_label_in_small_letters()
    {
        Assert.False(PersonName.TryParse("", "first name", out _, out var problem));

        Assert.Equal("Please enter your first name.", problem.ToString());
        Assert.Equal("Escriba aquí: nombre.", Words.Say(problem));
    }

    [Fact]
    public void What_nobody_has_translated_is_said_in_English()
    {
        Sentence sentence = $"Only the firm reads this, {3} times.";

        Assert.Equal("Only the firm reads this, 3 times.", Words.Say(sentence));
    }

    /// <summary>Every error of every rule behind the form, with its values, as an English and a Spanish reader get it.</summary>
    [Fact]
    public void Every_error_of_the_form_has_its_Spanish_with_the_same_values()
    {
        var errors = BadInputTests
            .Texts.Select(row => Problem(row.Data.Item1, row.Data.Item2))
            .Concat(
                ResumeInspectorTests.Refused.Select(row =>
                    ResumeInspectorTests.Inspect(ResumeInspectorTests.Make(row.Data.Item1)).Problem
                )
            )
            .OfType<Sentence>()
            .ToList();

        Assert.True(errors.Count > 50, $"{errors.Count} errors");
        foreach (var error in errors)
        {
            var spanish = Words.Say(error);
            Assert.NotEqual(error.ToString(), spanish);
            Assert.Equal(Figures(error.ToString()), Figures(spanish));
            error.Say(format =>
            {
                Assert.True(IsTranslated(format), format);
                return format;
            });
        }
    }

    /// <summary>Findings that no sample file has are found in the code.</summary>
    [Fact]
    public void Every_finding_about_a_file_is_there_in_Spanish()
    {
        var findings = Directory
            .EnumerateFiles(Path.Combine(Source, "Resumes", "Inspection"), "*.cs")
            .SelectMany(file => Finding().Matches(File.ReadAllText(file)))
            .Select(finding => finding.Groups["text"].Value)
            .Distinct(StringComparer.Ordinal)
            .ToList();

        Assert.True(findings.Count >= 15, $"{findings.Count} findings");
        Assert.All(findings, finding => Assert.True(IsTranslated(finding), finding));
    }

    /// <summary>One resource is for prospects; people of the firm have <c>T["…"]</c> and files of their own (<c>Web/Spanish</c>).</summary>
    [Fact]
    public void Only_pages_for_prospects_look_up_their_texts()
    {
        var others = Directory
            .EnumerateFiles(Path.Combine(Source, "Web"), "*.razor", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("IStringLocalizer", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Source, file))
            .Except(
                [
                    "Web/Public/_Imports.razor",
                    "Web/Public/ApplyPage.razor",
                    "Web/Admin/FormPreview.razor", // shows what prospects read
                ],
                StringComparer.Ordinal
            );

        Assert.Empty(others);
        Assert.Equal(
            ["PublicWords.es.resx"],
            Directory
                .EnumerateFiles(Path.Combine(Source, "Web"), "*.resx", SearchOption.AllDirectories)
                .Select(Path.GetFileName)
        );
    }

    [Fact]
    public void The_resource_names_each_text_once_and_translates_it()
    {
        var texts = XDocument
            .Load(Path.Combine(Source, "Web", "Public", "PublicWords.es.resx"))
            .Root!.Elements("data")
            .Select(data => (Name: data.Attribute("name")!.Value, Value: data.Element("value")!.Value))
            .ToList();

        // A resource knows no difference between small and capital letters.
        Assert.Equal(texts.Count, texts.DistinctBy(text => text.Name, StringComparer.OrdinalIgnoreCase).Count());
        Assert.DoesNotContain(texts, text => string.IsNullOrWhiteSpace(text.Value));
    }

    private static Sentence? Problem(string field, string? text)
    {
        Sentence? problem = null;
        _ = field switch
        {
            "first_name" => PersonName.TryParse(text, "first name", out _, out problem),
            "last_name" => PersonName.TryParse(text, "last name", out _, out problem),
            "email" => EmailAddress.TryParse(text, out _, out problem),
            "phone" => PhoneNumber.TryParse(text, out _, out problem),
            "message" => FreeText.TryParse(text, "message", FreeText.MaxLength, out _, out problem),
            _ => true,
        };
        return problem;
    }

    private bool IsTranslated(string format) =>
        !Words[format].ResourceNotFound || (!char.IsUpper(format[0]) && Words.Say(format) != format);

    private static IEnumerable<string> Figures(string text) =>
        Figure().Matches(text).Select(figure => figure.Value).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\d[\d,]*", RegexOptions.None, 1000)]
    private static partial Regex Figure();

    [GeneratedRegex("\"(?<text>This (file|looks|document|text|is) [^\"{]*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Finding();
}
