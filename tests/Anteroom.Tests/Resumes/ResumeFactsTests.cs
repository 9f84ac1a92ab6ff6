using Anteroom.Resumes;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Resumes;

public sealed class ResumeFactsTests
{
    private const string Passport =
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

    private const string Card =
        "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<";

    private const string Td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";

    [Theory]
    [InlineData("Mail: Jane.Smith+cv@example.co.uk.", "Email Jane.Smith+cv@example.co.uk")]
    [InlineData("call (415) 555-2671 now", "Phone (415) 555-2671")]
    [InlineData("see https://example.com/cv, please", "Link https://example.com/cv")]
    [InlineData("linkedin.com/in/jane-smith", "Link linkedin.com/in/jane-smith")]
    [InlineData("Receipt IOE0123456789", "Receipt IOE0123456789")]
    [InlineData("WAC-21-123-45678", "Receipt WAC2112345678")]
    [InlineData("ABC0123456789", "")]
    [InlineData("IOE01234567890", "")]
    [InlineData("A-number: A 012-345-678", "AlienNumber A012345678")]
    [InlineData("A12345678", "AlienNumber A12345678")]
    [InlineData("A1234567", "")]
    [InlineData("BA12345678", "")]
    [InlineData("Languages\nSpanish, French", "Language Spanish|Language French")]
    [InlineData("fluent in Polish", "Language Polish")]
    [InlineData("I ate Danish pastry", "")]
    [InlineData(
        "Experience\nOld Firm, 2010 - 2015\nNew Firm LLP   Mar 2019 – present\nEducation\nYale 2020-2024",
        "Employer New Firm LLP, Mar 2019 – present"
    )]
    [InlineData("Judge\n2011 to 2013", "Employer Judge, 2011 to 2013")]
    [InlineData(Passport, "Document Passport L898902C3 of UTO: ANNA MARIA ERIKSSON, born 74-08-12, expires 12-04-15")]
    [InlineData(Card, "Document Identity card D23145890 of UTO: ANNA MARIA ERIKSSON, born 74-08-12, expires 12-04-15")]
    [InlineData(Td2, "Document Identity card D23145890 of UTO: ANNA MARIA ERIKSSON, born 74-08-12, expires 12-04-15")]
    public void Facts_are_found_by_their_formats(string text, string right) =>
        Assert.Equal(right, string.Join('|', ResumeFacts.Find(text, "US").Select(fact => $"{fact.Kind} {fact.Value}")));

    [Fact]
    public void A_zone_with_one_wrong_character_is_none()
    {
        foreach (var zone in (string[])[Passport, Card, Td2])
        {
            var number = zone.IndexOf('8', StringComparison.Ordinal);
            Assert.DoesNotContain(
                ResumeFacts.Find(zone.Remove(number, 1).Insert(number, "9"), "US"),
                fact => fact.Kind == ResumeFactKind.Document
            );
        }
    }

    [Fact]
    public void Whatever_the_text_every_fact_has_its_place_in_it_and_no_two_share_one()
    {
        var parts = Gen.Elements(
            "IOE0123456789",
            "A012345678",
            "jane@example.com",
            "+1 415 555 2671",
            "Languages",
            "Spanish",
            "2019 - present",
            Passport,
            "\n",
            " ",
            "@",
            "www.",
            "x",
            "<",
            "1",
            "é",
            "\ud83d\ude00"
        );
        Prop.ForAll(
                parts.ListOf().Select(string.Concat).ToArbitrary(),
                (string text) =>
                {
                    var facts = ResumeFacts.Find(text, "US");
                    return facts.All(fact =>
                            fact.At >= 0
                            && fact.Length > 0
                            && fact.At + fact.Length <= text.Length
                            && fact.Value.Length > 0
                        )
                        && facts.All(fact => FoundFact.Of(fact, text) is { Words.Length: > 0 })
                        && facts.SequenceEqual(ResumeFacts.Find(text, "US"));
                }
            )
            .QuickCheckThrowOnFailure();
    }
}
