using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Shared;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("ann@example.com", "example.com")]
    [InlineData("Ann.O'Brien+law@mail.Example.co.uk", "mail.example.co.uk")]
    [InlineData("x@a.bc", "a.bc")]
    [InlineData("user@bücher.example", "xn--bcher-kva.example")]
    [InlineData("用户@例子.广告", "xn--fsqu00a.xn--4rr70v")]
    [InlineData("θσερ@εχαμπλε.ψομ", "xn--mxahbxey0c.xn--xxaf0a")]
    [InlineData("user@xn--bcher-kva.example", "xn--bcher-kva.example")]
    [InlineData("josé@example.com", "example.com")]
    [InlineData("1234567890@example.com", "example.com")]
    [InlineData("!#$%&'*+-/=?^_`{|}~@example.com", "example.com")]
    public void Addresses_as_people_have_them_are_accepted_as_they_are(string text, string ascii)
    {
        Assert.True(EmailAddress.TryParse(text, out var address, out var problem), problem?.ToString());
        Assert.Equal(text, address.Address);
        Assert.Equal(ascii, address.AsciiDomain);
    }

    [Fact]
    public void White_space_around_an_address_is_ignored()
    {
        Assert.True(EmailAddress.TryParse(" ann@example.com\r\n", out var address, out _));
        Assert.Equal("ann@example.com", address.ToString());
    }

    [Theory]
    [InlineData(null, "Please enter your email address.")]
    [InlineData(" ", "Please enter your email address.")]
    [InlineData("ann", "The @ is missing.")]
    [InlineData("ann@", "after the @ is missing")]
    [InlineData("@example.com", "before the @ is missing")]
    [InlineData("ann@@example.com", "more than one @")]
    [InlineData("a@example.com,b@example.com", "more than one @")]
    [InlineData("ann lee@example.com", "There is a space in this address.")]
    [InlineData("ann@example", "needs a dot, as in example.com.")]
    [InlineData("ann@localhost", "needs a dot, as in example.com.")]
    [InlineData("ann@example..com", "A dot in the part after")]
    [InlineData("ann@.example.com", "A dot in the part after")]
    [InlineData("ann@example.com.", "A dot in the part after")]
    [InlineData(".ann@example.com", "A dot in the part before")]
    [InlineData("ann.@example.com", "A dot in the part before")]
    [InlineData("a..b@example.com", "A dot in the part before")]
    [InlineData("ann@-example.com", "hyphen")]
    [InlineData("ann@example-.com", "hyphen")]
    [InlineData("ann@[127.0.0.1]", "not an IP address")]
    [InlineData("ann@127.0.0.1", "not an IP address")]
    [InlineData("ann@exa_mple.com", "cannot contain _")]
    [InlineData("\"ann\"@example.com", "cannot contain \"")]
    [InlineData("Ann<ann@example.com>", "cannot contain <")]
    [InlineData("ann(comment)@example.com", "cannot contain (")]
    [InlineData("ann;b@example.com", "cannot contain ;")]
    [InlineData("ann@example.com\r\nBcc: x@example.com", "on one line")]
    [InlineData("ann\r\n@example.com", "on one line")]
    [InlineData("ann@example\n.com", "on one line")]
    [InlineData("ann\0@example.com", "on one line")]
    [InlineData("ann@exam\u202Eple.com", "invisible")]
    [InlineData("an\u200Bn@example.com", "invisible")]
    [InlineData("ann@example.c", "too short")]
    public void Other_texts_are_refused_with_what_would_be_right(string? text, string expected)
    {
        Assert.False(EmailAddress.TryParse(text, out var address, out var problem));
        Assert.Null(address);
        Assert.Contains(expected, problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_parts_have_the_lengths_of_the_standard()
    {
        var label = new string('d', 60);
        Assert.True(EmailAddress.TryParse(new string('x', 64) + "@example.com", out _, out _));
        Assert.False(EmailAddress.TryParse(new string('x', 65) + "@example.com", out _, out _));
        Assert.False(EmailAddress.TryParse(new string('é', 33) + "@example.com", out _, out _));
        Assert.True(EmailAddress.TryParse("x@" + new string('d', 63) + ".com", out _, out _));
        Assert.False(EmailAddress.TryParse("x@" + new string('d', 64) + ".com", out _, out _));
        Assert.True(EmailAddress.TryParse($"x@{label}.{label}.{label}.{label}.example", out _, out _));
        Assert.False(EmailAddress.TryParse($"xxxx@{label}.{label}.{label}.{label}.example", out _, out _));
    }

    [Fact]
    public void A_setting_may_name_several_and_a_local_machine()
    {
        Assert.True(
            EmailAddress.TryParseList("admin@localhost, ann@example.com; ", out var addresses, out var problem)
        );
        Assert.Null(problem);
        Assert.Equal(["admin@localhost", "ann@example.com"], addresses.Select(address => address.Address));
        Assert.True(EmailAddress.TryParseList(null, out addresses, out _));
        Assert.Empty(addresses);
        Assert.False(EmailAddress.TryParseList("ann@example.com, nobody", out addresses, out problem));
        Assert.StartsWith(
            "\"nobody\" is not an email address: The @ is missing.",
            problem.ToString(),
            StringComparison.Ordinal
        );
        Assert.Empty(addresses);
    }

    [Fact]
    public void Whatever_is_sent_gives_an_address_fit_for_a_header_or_a_sentence() =>
        Prop.ForAll(
                TextGenerators.Hostile,
                text =>
                    EmailAddress.TryParse(text, out var address, out var problem)
                        ? problem is null
                            && address.Address.Count(character => character == '@') == 1
                            && Encoding.UTF8.GetByteCount(address.Address) <= EmailAddress.MaxOctets
                            && Encoding.UTF8.GetByteCount(address.LocalPart) <= 64
                            && !address
                                .Address.EnumerateRunes()
                                .Any(rune => Rune.IsControl(rune) || Rune.IsWhiteSpace(rune))
                            && address.Address.IndexOfAny([.. "<>,;:\"()[]\\"]) < 0
                            && Ascii.IsValid(address.AsciiDomain)
                            && EmailAddress.TryParse(address.Address, out var again, out _)
                            && again == address
                            && EmailAddress.TryParse(address.AsciiAddress, out var ascii, out _)
                            && ascii.AsciiDomain == address.AsciiDomain
                        : address is null && problem.ToString().Length > 0
            )
            .QuickCheckThrowOnFailure();
}
