using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Shared;

public sealed class PersonNameTests
{
    [Theory]
    [InlineData("O'Brien")]
    [InlineData("O’Brien")]
    [InlineData("Jean-Luc")]
    [InlineData("李")]
    [InlineData("X")]
    [InlineData("Ngũgĩ wa Thiong'o")]
    [InlineData("María José")]
    [InlineData("د. أحمد")]
    [InlineData("שרה")]
    [InlineData("X Æ A-12")]
    [InlineData("Nguyễn Thị Minh Khai")]
    [InlineData("Владимир")]
    [InlineData("Ελένη")]
    [InlineData("श्री\u200Dराम")]
    [InlineData("می\u200Cخواهم")]
    [InlineData("葛\U000E0100城")]
    [InlineData("𠮷野")]
    [InlineData("ทักษิณ")]
    [InlineData("Martin Luther King, Jr.")]
    [InlineData("d'Artagnan & Søn")]
    [InlineData("Kaʻahumanu")]
    [InlineData("Louis XIV")]
    [InlineData("<b>Ann</b>")]
    public void Names_as_people_have_them_are_accepted_as_they_are(string text)
    {
        Assert.True(PersonName.TryParse(text, "first name", out var name, out var problem), problem?.ToString());
        Assert.Equal(text.Normalize(), name);
    }

    [Theory]
    [InlineData("  Ann \t\r\n", "Ann")]
    [InlineData("\u3000山田\u3000太郎", "山田 太郎")]
    [InlineData("Mary   Ann", "Mary Ann")]
    [InlineData("Jose\u0301", "José")]
    public void Names_are_trimmed_and_normalised(string text, string clean)
    {
        Assert.True(PersonName.TryParse(text, "first name", out var name, out _));
        Assert.Equal(clean, name);
    }

    [Theory]
    [InlineData(null, "Please enter your first name.")]
    [InlineData("", "Please enter your first name.")]
    [InlineData(" \u00A0\u3000\t", "Please enter your first name.")]
    [InlineData("Ann\r\nBcc: x@y.z", "on one line")]
    [InlineData("Ann\nLee", "on one line")]
    [InlineData("Ann\rLee", "on one line")]
    [InlineData("Ann\tLee", "on one line")]
    [InlineData("Ann\0Lee", "on one line")]
    [InlineData("Ann\u0085Lee", "on one line")]
    [InlineData("Ann\u2028Lee", "on one line")]
    [InlineData("A\u202Enn", "invisible")]
    [InlineData("An\u2066n", "invisible")]
    [InlineData("An\u200Fn", "invisible")]
    [InlineData("Ann\u200BLee", "invisible")]
    [InlineData("\u3164", "Please enter")]
    [InlineData("A\uFEFFnn", "invisible")]
    [InlineData("-", "at least one letter")]
    [InlineData("...'", "at least one letter")]
    [InlineData("\u200D", "at least one letter")]
    [InlineData("Win at http://spam.example", "web address")]
    [InlineData("WWW.spam.example", "web address")]
    public void Other_texts_are_refused_with_what_would_be_right(string? text, string expected)
    {
        Assert.False(PersonName.TryParse(text, "first name", out var name, out var problem));
        Assert.Null(name);
        Assert.Contains(expected, problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-", true)]
    [InlineData(" . ", true)]
    [InlineData("\u200e\u2014", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("--", false)]
    [InlineData("J.", false)]
    public void A_dash_or_a_period_says_that_there_is_no_last_name(string? text, bool none)
    {
        Assert.Equal(none, PersonName.IsNone(text));
        Assert.Equal(none || text == "J.", PersonName.TryParseLast(text, out var name, out _));
        Assert.Equal(
            none ? ""
                : text == "J." ? "J."
                : null,
            name
        );
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Assert.False(PersonName.TryParse("Ann\uD842", "first name", out _, out var problem));
        Assert.Contains("broken", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_may_have_a_hundred_characters_of_any_plane()
    {
        Assert.True(PersonName.TryParse(new string('x', 100), "first name", out _, out _));
        Assert.True(PersonName.TryParse(Repeat("𠮷", 100), "first name", out _, out _));
        Assert.True(PersonName.TryParse(Repeat("e\u0301", 100), "first name", out _, out _));
        Assert.False(PersonName.TryParse(Repeat("𠮷", 101), "first name", out _, out _));
        Assert.False(PersonName.TryParse(new string('x', 1140), "first name", out _, out var problem));
        Assert.Equal("A first name can have at most 100 characters; this one has 1,140.", problem.ToString());
    }

    [Fact]
    public void Whatever_is_sent_gives_a_fit_name_or_a_sentence() =>
        Prop.ForAll(
                TextGenerators.Hostile,
                text =>
                    PersonName.TryParse(text, "last name", out var name, out var problem)
                        ? problem is null
                            && name.Length > 0
                            && name.EnumerateRunes().Count() <= PersonName.MaxLength
                            && name.IsNormalized()
                            && !name.EnumerateRunes().Any(Rune.IsControl)
                            && !name.Contains('\u202E', StringComparison.Ordinal)
                            && name == name.Trim()
                            && PersonName.TryParse(name, "last name", out var again, out _)
                            && again == name
                        : name is null && problem.ToString().Length > 0
            )
            .QuickCheckThrowOnFailure();

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
