using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Shared;

public sealed class OtherTextsTests
{
    [Theory]
    [InlineData("+1 (415) 555-0132")]
    [InlineData("0049/30/123456")]
    [InlineData("415.555.0132 ext. 7")]
    [InlineData("415 555 0132 x7")]
    [InlineData("٠١٢٣٤٥٦")]
    [InlineData("12345")]
    public void Phone_numbers_are_kept_as_typed(string text)
    {
        Assert.True(PhoneNumber.TryParse($" {text} ", out var phone, out var problem), problem?.ToString());
        Assert.Equal(text, phone);
    }

    [Theory]
    [InlineData("(202) 555-0142", "US", "+12025550142")]
    [InlineData("+1 202.555.0142 ext. 7", "US", "+12025550142")]
    [InlineData("011 44 20 7946 0958", "US", "+442079460958")]
    [InlineData("020 7946 0958", "GB", "+442079460958")]
    [InlineData("+1 202 555 0142", "GB", "+12025550142")]
    [InlineData("020 7946 0958", "US", null)]
    [InlineData("555-0142", "US", null)]
    [InlineData("12345", "US", null)]
    [InlineData("٠١٢٣٤٥٦", "US", null)]
    [InlineData("+++", "US", null)]
    [InlineData("", "US", null)]
    [InlineData(null, "US", null)]
    public void A_valid_phone_number_is_known_in_E164(string? text, string region, string? e164) =>
        Assert.Equal(e164, PhoneNumber.ToE164(text, region));

    [Theory]
    [InlineData("+12025550142", "+12025550142", "US", "(202) 555-0142")]
    [InlineData("202.555.0142 x7", "+12025550142", "US", "(202) 555-0142 ext. 7")]
    [InlineData("202.555.0142", null, "US", "(202) 555-0142")]
    [InlineData("+44 (20) 79460958", "+442079460958", "US", "+44 20 7946 0958")]
    [InlineData("+44 (20) 79460958", "+442079460958", "GB", "020 7946 0958")]
    // Understood when the firm was in the United States.
    [InlineData("(202) 555-0142", "+12025550142", "GB", "+1 202-555-0142")]
    [InlineData("555-0142 (evenings)", null, "US", "555-0142 (evenings)")]
    [InlineData("12345", null, "US", "12345")]
    public void A_phone_number_is_shown_as_the_firm_writes_it(
        string typed,
        string? e164,
        string region,
        string shown
    ) => Assert.Equal(shown, PhoneNumber.Shown(typed, e164, region));

    [Fact]
    public void Every_fit_phone_number_can_be_shown() =>
        Prop.ForAll(
                TextGenerators.Hostile,
                text =>
                    !PhoneNumber.TryParse(text, out var phone, out _)
                    || phone is null
                    || PhoneNumber.Shown(phone, PhoneNumber.ToE164(phone, "US"), "US").Length > 0
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public void A_phone_number_is_optional(string? text)
    {
        Assert.True(PhoneNumber.TryParse(text, out var phone, out _));
        Assert.Null(phone);
    }

    [Theory]
    [InlineData("1234", "too short")]
    [InlineData("call me", "digits, spaces")]
    [InlineData("12345\n67890", "digits, spaces")]
    [InlineData("12345\067890", "digits, spaces")]
    [InlineData("12345 <script>", "digits, spaces")]
    [InlineData("123456789012345678901234567890123456789012345678901", "at most 50 characters")]
    public void Other_phone_numbers_are_refused(string text, string expected)
    {
        Assert.False(PhoneNumber.TryParse(text, out _, out var problem));
        Assert.Contains(expected, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_sent_gives_a_fit_phone_number_or_a_sentence() =>
        Prop.ForAll(
                TextGenerators.Hostile,
                text =>
                    PhoneNumber.TryParse(text, out var phone, out var problem)
                        ? phone is null
                            || (
                                phone.Length <= PhoneNumber.MaxLength
                                && !phone.Any(char.IsControl)
                                && PhoneNumber.TryParse(phone, out var again, out _)
                                && again == phone
                            )
                        : phone is null && problem.ToString().Length > 0
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_message_has_lines_separated_by_LF_and_no_direction_marks()
    {
        Assert.True(Parse(" Hello\r\nworld\rand\n\ttab \u202Eall\u202C 😀\u200D \n", out var clean, out _));
        Assert.Equal("Hello\nworld\nand\n\ttab all 😀\u200D", clean);
        Assert.True(Parse(" \r\n ", out clean, out _));
        Assert.Null(clean);
    }

    [Fact]
    public void A_message_is_measured_after_its_line_breaks_are_one_character()
    {
        var text = string.Concat(Enumerable.Repeat("x\r\n", 2500));
        Assert.True(Parse(text, out _, out _));
        Assert.False(Parse(new string('x', 5001), out _, out var problem));
        Assert.Equal("A message can have at most 5,000 characters; this one has 5,001.", problem!.ToString());
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("a\u001bb")]
    [InlineData("a\uD800b")]
    public void A_message_with_control_characters_is_refused(string text)
    {
        Assert.False(Parse(text, out var clean, out var problem));
        Assert.Null(clean);
        Assert.StartsWith("This message contains", problem!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_sent_gives_a_fit_message_or_a_sentence() =>
        Prop.ForAll(
                TextGenerators.Hostile,
                text =>
                    Parse(text, out var clean, out var problem)
                        ? clean is null
                            || (
                                clean.IsNormalized()
                                && !clean.Any(character => char.IsControl(character) && character is not ('\n' or '\t'))
                                && !clean.Contains('\u202E', StringComparison.Ordinal)
                                && Parse(clean, out var again, out _)
                                && again == clean
                            )
                        : clean is null && problem!.ToString().Length > 0
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("José", "jose")]
    [InlineData("JOSE\u0301", "jose")]
    [InlineData("Straße", "strasse")]
    [InlineData("Søren Łukasz Đorđe", "soren lukasz dorde")]
    [InlineData("  O’Brien \t Smith ", "o'brien smith")]
    [InlineData("İstanbul Iğdır", "istanbul igdir")]
    [InlineData("Νίκος", "νικοσ")]
    [InlineData("أحمد", "احمد")]
    [InlineData("ﬁne Ｗｉｄｅ", "fine wide")]
    [InlineData("김", "김")]
    [InlineData(null, "")]
    [InlineData("a\0b", "ab")]
    public void Search_finds_people_without_their_accents(string? text, string expected) =>
        Assert.Equal(expected, SearchText.For(text));

    [Fact]
    public void The_search_form_of_a_search_form_is_itself() =>
        Prop.ForAll(
                TextGenerators.Hostile,
                text =>
                {
                    var search = SearchText.For(text);
                    return search == SearchText.For(search)
                        && !search.EnumerateRunes().Any(Rune.IsControl)
                        && search == search.Trim();
                }
            )
            .QuickCheckThrowOnFailure();

    private static bool Parse(string? text, out string? clean, out Sentence? problem) =>
        FreeText.TryParse(text, "message", FreeText.MaxLength, out clean, out problem);
}
