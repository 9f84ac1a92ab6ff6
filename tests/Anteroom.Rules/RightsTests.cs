using System.Security.Claims;
using Anteroom.Accounts;
using Anteroom.Firm;
using Anteroom.Leads;
using Microsoft.Extensions.Options;

namespace Anteroom.Rules;

/// <summary>Who may do what, and sees which leads.</summary>
public sealed class RightsTests
{
    [Theory]
    [InlineData(Rights.WorkLeads, "Administrator Attorney Staff")]
    [InlineData(Rights.KeepSnippets, "Administrator Attorney")]
    [InlineData(Rights.Administer, "Administrator")]
    public void Each_right_has_its_roles(string right, string roles) =>
        Assert.Equal(roles, string.Join(' ', Rights.Of(right)));

    [Theory]
    [InlineData(Role.Attorney, true, "-", true)]
    [InlineData(Role.Attorney, true, "own", true)]
    [InlineData(Role.Attorney, true, "other", false)]
    [InlineData(Role.Attorney, false, "other", true)]
    [InlineData(Role.Staff, true, "other", true)]
    [InlineData(Role.Administrator, true, "other", true)]
    public void Attorneys_see_their_own_and_the_unassigned_where_the_firm_restricts_them(
        Role role,
        bool firmRestricts,
        string owner,
        bool sees
    )
    {
        var ana = new User
        {
            Id = Given.Ana,
            UserName = "ana",
            FullName = "Ana",
            Role = role,
            CreatedAt = Given.Earlier,
        };
        var lead = Given.New();
        lead.TryAssign(
            owner == "own" ? Given.Ana
                : owner == "other" ? Given.Ben
                : null,
            Given.Now
        );
        var sight = new LeadsInSight(null!, Options.Create(new FirmOptions { AttorneysSeeOnlyTheirs = firmRestricts }));
        var asking = CurrentUser.Of(ana);

        Assert.Equal(sees, sight.MaySee(ana, lead));
        Assert.Equal(sees, sight.Of(asking, new[] { lead }.AsQueryable()).Any());
        Assert.Equal(role == Role.Attorney && firmRestricts, sight.IsRestricted(asking));
    }

    [Fact]
    public void A_new_account_is_active_takes_leads_and_gets_reports()
    {
        var user = new User
        {
            Id = Given.Ana,
            FullName = "Ana Alvarez",
            Role = Role.Attorney,
            CreatedAt = Given.Earlier,
        };

        Assert.Equal((true, true, true, 50), (user.Active, user.Available, user.GetsReports, user.Capacity));
        Assert.Equal(new CurrentUser(Given.Ana, "", "Ana Alvarez", Role.Attorney), CurrentUser.Of(user));
        user.UserName = "ana";
        Assert.Equal("ana", CurrentUser.Of(user).UserName);
        Assert.Throws<ArgumentNullException>("user", () => CurrentUser.Of(null!));
    }

    [Fact]
    public void Who_asks_is_read_from_the_claims_that_the_sign_in_wrote()
    {
        var ana = new CurrentUser(Given.Ana, "ana", "Ana Alvarez", Role.Staff);
        var principal = ana.ToPrincipal("cookie");

        Assert.Equal(ana, CurrentUser.From(principal));
        Assert.Equal(("cookie", "ana"), (principal.Identity!.AuthenticationType, principal.Identity.Name));
    }

    [Theory]
    [InlineData("0199aaaa-0000-7000-8000-000000000001", "Staff", true)]
    [InlineData("0199aaaa-0000-7000-8000-000000000001", "Owner", false)]
    [InlineData("0199aaaa-0000-7000-8000-000000000001", "", false)]
    [InlineData("ana", "Staff", false)]
    public void Claims_of_nobody_are_nobody(string id, string role, bool isSomebody)
    {
        var read = CurrentUser.From(
            new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, id), new(ClaimTypes.Role, role)], "cookie"))
        );

        Assert.Equal(isSomebody ? new CurrentUser(Given.Ana, "", "", Role.Staff) : null, read);
    }

    [Fact]
    public void Who_has_no_full_name_goes_by_the_name_of_the_sign_in() =>
        Assert.Equal(
            "ana",
            CurrentUser
                .From(
                    new(
                        new ClaimsIdentity(
                            [
                                new(ClaimTypes.NameIdentifier, Given.Ana.ToString()),
                                new(ClaimTypes.Role, "Staff"),
                                new(ClaimTypes.Name, "ana"),
                            ],
                            "cookie"
                        )
                    )
                )!
                .FullName
        );

    [Fact]
    public async Task An_endpoint_without_a_signed_in_user_binds_nobody() =>
        Assert.Null(await CurrentUser.BindAsync(new Microsoft.AspNetCore.Http.DefaultHttpContext()));

    [Theory]
    [InlineData(true, true, null, true)]
    [InlineData(false, true, null, false)]
    [InlineData(true, false, null, false)]
    [InlineData(true, true, -1, true)]
    [InlineData(true, true, 0, true)]
    [InlineData(true, true, 1, false)]
    public void An_attorney_takes_leads_unless_away(bool active, bool available, int? awayForHours, bool takes) =>
        Assert.Equal(
            takes,
            new User
            {
                FullName = "Ana",
                Role = Role.Attorney,
                CreatedAt = Given.Earlier,
                Active = active,
                Available = available,
                AwayUntil = awayForHours is { } hours ? Given.Now.AddHours(hours) : null,
            }.TakesLeads(Given.Now)
        );
}
