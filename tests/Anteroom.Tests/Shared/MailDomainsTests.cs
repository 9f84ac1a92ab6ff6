using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Tests.Shared;

public sealed class MailDomainsTests
{
    [Theory]
    [InlineData("gmail.con", "gmail.com")]
    [InlineData("gmial.com", "gmail.com")]
    [InlineData("gamil.com", "gmail.com")]
    [InlineData("gmail.co", "gmail.com")]
    [InlineData("gmail", "gmail.com")]
    [InlineData("gmailcom", "gmail.com")]
    [InlineData("GMAIL.CON", "gmail.com")]
    [InlineData("hotmial.com", "hotmail.com")]
    [InlineData("hotmail.cm", "hotmail.com")]
    [InlineData("hotmai.co.uk", "hotmail.co.uk")]
    [InlineData("hotmial.es", "hotmail.es")]
    [InlineData("yahoo.co", "yahoo.com")]
    [InlineData("yaho.com", "yahoo.com")]
    [InlineData("outlok.com", "outlook.com")]
    [InlineData("iclould.com", "icloud.com")]
    [InlineData("icloud", "icloud.com")]
    [InlineData("aol.con", "aol.com")]
    [InlineData("live.cmo", "live.com")]
    [InlineData("comcast.nte", "comcast.net")]
    public void A_slip_of_the_hand_is_seen(string typed, string meant) =>
        Assert.Equal($"Jane.Doe+x@{meant}", MailDomains.Meant($"  Jane.Doe+x@{typed} "));

    [Theory]
    [InlineData("gmx.com")]
    [InlineData("ymail.com")]
    [InlineData("mail.com")]
    [InlineData("email.com")]
    [InlineData("me.com")]
    [InlineData("hotmail.co.uk")]
    [InlineData("hotmail.de")]
    [InlineData("yahoo.fr")]
    [InlineData("yahoo.com.br")]
    [InlineData("outlook.fr")]
    [InlineData("live.nl")]
    [InlineData("aol.de")]
    [InlineData("bol.com")]
    [InlineData("aon.com")]
    [InlineData("love.com")]
    [InlineData("small.com")]
    [InlineData("example.com")]
    [InlineData("firm.example")]
    [InlineData("localhost")]
    [InlineData("web.de")]
    public void What_exists_is_left_alone(string domain) => Assert.Null(MailDomains.Meant($"jane@{domain}"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("jane@")]
    [InlineData("@gmail.con")]
    [InlineData("gmail.con")]
    [InlineData("a@b@gmail.con")]
    [InlineData("jane@\ud800")]
    public void What_is_no_address_is_left_alone(string? typed) => Assert.Null(MailDomains.Meant(typed));

    [Fact]
    public void Whatever_is_typed_only_the_domain_is_changed_to_a_common_one_that_is_near() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<string>(),
                text =>
                {
                    if (MailDomains.Meant($"jane@{text}") is not { } meant)
                        return;
                    Assert.StartsWith("jane@", meant, StringComparison.Ordinal);
                    Assert.Contains(meant["jane@".Length..], MailDomains.Common);
                    Assert.Null(MailDomains.Meant(meant));
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void One_slip_in_any_common_domain_is_seen_unless_it_makes_another_that_exists() =>
        Prop.ForAll(
                (
                    from common in Gen.Elements(
                        MailDomains.Common.Where(one => one.IndexOf('.', StringComparison.Ordinal) >= 5)
                    )
                    from slip in Gen.Choose(0, 3)
                    from at in Gen.Choose(1, common.Length - 2)
                    from letter in Gen.Elements("abcdefghijklmnopqrstuvwxyz".ToCharArray())
                    select (common, Slipped(common, slip, at, letter))
                ).ToArbitrary(),
                pair =>
                {
                    var (common, typed) = pair;
                    var meant = MailDomains.DomainMeant(typed);
                    if (meant is null)
                        // It exists, then.
                        Assert.True(
                            typed == common
                                || MailDomains.Real.Contains(typed)
                                || MailDomains.Common.Contains(typed)
                                || MailDomains.Families.Contains(typed.Split('.')[0])
                        );
                    else
                        Assert.True(
                            MailDomains.Distance(typed, meant) <= MailDomains.Distance(typed, common)
                                || !typed.Contains('.', StringComparison.Ordinal)
                        );
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void The_distance_is_one() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<NonNull<string>>(),
                ArbMap.Default.ArbFor<NonNull<string>>(),
                (one, other) =>
                {
                    var distance = MailDomains.Distance(one.Get, other.Get);
                    Assert.Equal(distance, MailDomains.Distance(other.Get, one.Get));
                    Assert.Equal(distance == 0, one.Get == other.Get);
                    Assert.InRange(distance, 0, MailDomains.MostEdits + 1);
                }
            )
            .QuickCheckThrowOnFailure();

    private static string Slipped(string text, int slip, int at, char letter) =>
        slip switch
        {
            0 => text.Insert(at, letter.ToString()),
            1 => text.Remove(at, 1),
            2 => $"{text[..at]}{letter}{text[(at + 1)..]}",
            _ => $"{text[..at]}{text[at + 1]}{text[at]}{text[(at + 2)..]}",
        };
}
