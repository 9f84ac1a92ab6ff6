using Anteroom.Leads;

namespace Anteroom.Rules;

/// <summary>What a move, a new owner, a merge and taking back do to a lead.</summary>
public sealed class LeadTests
{
    private static (LeadStatus, Guid?, DateTimeOffset?, DateTimeOffset?, DateTimeOffset?, DateTimeOffset?, bool) Facts(
        Lead lead
    ) =>
        (
            lead.Status,
            lead.ReachedOutBy,
            lead.ReachedOutAt,
            lead.WrittenToAt,
            lead.RetainedAt,
            lead.ClosedAt,
            lead.NeedsCall
        );

    /// <summary>Every pair of statuses, with and without a first contact before.</summary>
    public static IEnumerable<TheoryDataRow<string, string, bool, bool>> Moves =>
        from move in LeadStatusTests.Moves
        from isContacted in (bool[])[false, true]
        select new TheoryDataRow<string, string, bool, bool>(
            move.Data.Item1,
            move.Data.Item2,
            move.Data.Item3,
            isContacted
        );

    [Theory]
    [MemberData(nameof(Moves))]
    public void A_move_writes_contact_end_and_call_as_its_target_says(
        string from,
        string to,
        bool isLegal,
        bool isContacted
    )
    {
        var before = Given.State(LeadStatus.Parse(from), isContacted);
        var lead = Given.In(before);

        Assert.Equal(isLegal, lead.TryMoveTo(LeadStatus.Parse(to), Given.Ben, Given.Now));

        var isFirstContact = to is "reached_out" or "consultation" or "retained" && !isContacted;
        var expected = before with { Status = LeadStatus.Parse(to) };
        if (!isLegal)
            expected = before;
        else if (to == "registered") // as on the first day, but who has to be called has to be called, and who was written to was
            expected = expected with { ReachedOutBy = null, ReachedOutAt = null, RetainedAt = null, ClosedAt = null };
        else if (isFirstContact)
            expected = expected with { ReachedOutBy = Given.Ben, ReachedOutAt = Given.Now, NeedsCall = false };
        if (isLegal && to == "retained")
            expected = expected with { RetainedAt = Given.Now };
        if (isLegal && to != "registered")
            expected = expected with { ClosedAt = to is "retained" or "declined" or "lost" ? Given.Now : null };
        Assert.Equal(
            (
                expected.Status,
                expected.ReachedOutBy,
                expected.ReachedOutAt,
                expected.WrittenToAt,
                expected.RetainedAt,
                expected.ClosedAt,
                expected.NeedsCall
            ),
            Facts(lead)
        );
        Assert.Equal(isLegal ? Given.Now : Given.Earlier, lead.UpdatedAt);
    }

    [Fact]
    public void A_client_who_leaves_is_still_counted_as_retained_until_the_lead_is_reopened()
    {
        var lead = Given.In(Given.State(LeadStatus.Retained, isContacted: true));

        Assert.True(lead.TryMoveTo(LeadStatus.Lost, Given.Ben, Given.Now));
        Assert.Equal(Given.Earlier.AddDays(2), lead.RetainedAt);
        Assert.True(lead.TryMoveTo(LeadStatus.Registered, Given.Ben, Given.Now));
        Assert.Null(lead.RetainedAt);
    }

    [Fact]
    public void An_owner_comes_and_goes_and_the_same_one_again_is_no_change()
    {
        var lead = Given.New();

        Assert.False(lead.TryAssign(null, Given.Now));
        Assert.Equal(Given.Earlier, lead.UpdatedAt);
        Assert.True(lead.TryAssign(Given.Ana, Given.Now));
        Assert.Equal((Given.Ana, Given.Now, Given.Now), (lead.AssignedTo, lead.AssignedAt, lead.UpdatedAt));
        Assert.False(lead.TryAssign(Given.Ana, Given.Now.AddHours(1)));
        Assert.Equal((Given.Now, Given.Now), (lead.AssignedAt, lead.UpdatedAt));
        Assert.True(lead.TryAssign(null, Given.Now.AddHours(2)));
        Assert.Equal((null, null, Given.Now.AddHours(2)), (lead.AssignedTo, lead.AssignedAt, lead.UpdatedAt));
    }

    [Fact]
    public void Taking_back_restores_what_a_move_had_changed_and_forgets_no_e_mail()
    {
        var before = Given.State(LeadStatus.Retained, isContacted: true);
        var lead = Given.In(before);
        lead.TryMoveTo(LeadStatus.Registered, Given.Ben, Given.Now);
        lead.Written(Given.Now.AddMinutes(1));

        lead.MoveBack(before, Given.Now.AddMinutes(2));

        Assert.Equal(
            (
                before.Status,
                before.ReachedOutBy,
                before.ReachedOutAt,
                before.WrittenToAt,
                before.RetainedAt,
                before.ClosedAt,
                before.NeedsCall
            ),
            Facts(lead)
        );
        Assert.Equal(Given.Now.AddMinutes(2), lead.UpdatedAt);
    }

    [Fact]
    public void Reopening_remembers_that_the_prospect_has_heard_from_the_firm()
    {
        var called = Given.In(Given.State(LeadStatus.ReachedOut, isContacted: true) with { WrittenToAt = null });
        var untouched = Given.In(Given.State(LeadStatus.Declined, isContacted: false));

        Assert.True(called.TryMoveTo(LeadStatus.Registered, Given.Ben, Given.Now));
        Assert.True(untouched.TryMoveTo(LeadStatus.Registered, Given.Ben, Given.Now));

        Assert.Equal((null, Given.Earlier.AddHours(1)), (called.ReachedOutAt, called.WrittenToAt));
        Assert.Null(untouched.WrittenToAt);
    }

    [Fact]
    public void Who_made_the_first_contact_is_corrected_and_its_time_stays()
    {
        var lead = Given.In(Given.State(LeadStatus.ReachedOut, isContacted: true));

        Assert.False(lead.TryCorrectContact(Given.Ana, Given.Now));
        Assert.True(lead.TryCorrectContact(Given.Ben, Given.Now));
        Assert.False(Given.New().TryCorrectContact(Given.Ben, Given.Now));

        Assert.Equal(
            (Given.Ben, Given.Earlier.AddHours(1), Given.Now),
            (lead.ReachedOutBy, lead.ReachedOutAt, lead.UpdatedAt)
        );
    }

    [Fact]
    public void The_first_e_mail_counts()
    {
        var lead = Given.New();

        lead.Written(Given.Now);
        lead.Written(Given.Now.AddDays(1));

        Assert.Equal((Given.Now, Given.Now.AddDays(1)), (lead.WrittenToAt, lead.UpdatedAt));
    }

    [Fact]
    public void A_new_lead_waits_and_is_not_being_welcomed()
    {
        var lead = Given.New();

        Assert.Equal((LeadStatus.Registered, null, null, null, null, null, false), Facts(lead));
        Assert.False(lead.IsBeingWelcomed(Given.Now));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, false)] // until then at the latest
    [InlineData(1, true)]
    public void A_lead_is_being_welcomed_until_the_instant_that_it_names(int seconds, bool expected)
    {
        var lead = Given.New();
        typeof(Lead).GetProperty(nameof(Lead.WelcomeUntil))!.SetValue(lead, Given.Now.AddSeconds(seconds));

        Assert.Equal(expected, lead.IsBeingWelcomed(Given.Now));
    }

    // What the two leads are, and what becomes of the one that stays: its status, who reached out first, owner, whether to call.
    [Theory]
    [InlineData("registered -", "registered -", "registered nobody")] // nothing to take over
    [InlineData("registered -", "reached_out Ana", "reached_out Ana")] // how far the firm has got
    [InlineData("registered -", "consultation Ana", "consultation Ana")]
    [InlineData("registered -", "retained Ana", "retained Ana")]
    [InlineData("registered -", "declined Ana", "registered nobody")] // a no of then is none of now
    [InlineData("registered -", "lost Ana", "registered nobody")]
    [InlineData("registered -", "consultation -", "registered nobody")] // nobody was in touch
    [InlineData("consultation Ben", "retained Ana", "consultation Ana")] // Ana was first
    [InlineData("declined -", "reached_out Ana", "declined Ana")]
    public void A_lead_takes_over_how_far_the_firm_has_got(string stays, string goes, string becomes)
    {
        var (lead, other) = (Read(stays, "2"), Read(goes, "1"));

        lead.TakeOver(other, Given.Now);

        Assert.Equal(becomes, $"{lead.Status} {Name(lead.ReachedOutBy)}");
        var followed = stays.StartsWith("registered", StringComparison.Ordinal) && lead.Status != LeadStatus.Registered;
        Assert.Equal(followed ? other.RetainedAt : Read(stays, "2").RetainedAt, lead.RetainedAt);
        Assert.Equal(followed ? other.ClosedAt : Read(stays, "2").ClosedAt, lead.ClosedAt);
        Assert.Equal(lead.ReachedOutBy is null, lead.ReachedOutAt is null);
        Assert.Equal(lead.ReachedOutBy is null, lead.NeedsCall);
        Assert.Equal(Given.Now, lead.UpdatedAt);

        // "consultation Ana": where it stands and who reached out, Ana in the first hour, Ben in the second.
        static Lead Read(string text, string number)
        {
            var (status, who) = (LeadStatus.Parse(text.Split(' ')[0]), text.Split(' ')[1]);
            return Given.In(
                Given.State(status, isContacted: who != "-") with
                {
                    ReachedOutBy = who switch
                    {
                        "Ana" => Given.Ana,
                        "Ben" => Given.Ben,
                        _ => null,
                    },
                    ReachedOutAt = who switch
                    {
                        "Ana" => Given.Earlier.AddHours(1),
                        "Ben" => Given.Earlier.AddHours(2),
                        _ => null,
                    },
                },
                long.Parse(number, System.Globalization.CultureInfo.InvariantCulture)
            );
        }

        static string Name(Guid? user) =>
            user == Given.Ana ? "Ana"
            : user == Given.Ben ? "Ben"
            : "nobody";
    }

    [Fact]
    public void Who_reached_out_first_stays_so_when_the_other_was_later()
    {
        var lead = Given.In(Given.State(LeadStatus.ReachedOut, isContacted: true));
        var other = Given.In(
            Given.State(LeadStatus.ReachedOut, isContacted: true) with
            {
                ReachedOutBy = Given.Ben,
                ReachedOutAt = Given.Earlier.AddHours(1),
            }
        );

        lead.TakeOver(other, Given.Now);

        Assert.Equal((Given.Ana, Given.Earlier.AddHours(1)), (lead.ReachedOutBy, lead.ReachedOutAt));
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, true)]
    [InlineData(true, true, true)]
    public void Somebody_has_to_call_when_one_of_the_two_said_so(bool here, bool there, bool expected)
    {
        var lead = Given.In(Given.State(LeadStatus.Registered, isContacted: false) with { NeedsCall = here });

        lead.TakeOver(
            Given.In(Given.State(LeadStatus.Registered, isContacted: false) with { NeedsCall = there }),
            Given.Now
        );

        Assert.Equal(expected, lead.NeedsCall);
    }

    [Fact]
    public void A_lead_takes_over_owner_facts_and_e_mail_that_it_does_not_have()
    {
        var state = Given.State(LeadStatus.Registered, isContacted: false);
        var other = Given.In(state with { AssignedTo = Given.Ana, WrittenToAt = Given.Earlier.AddHours(3) });
        (other.Phone, other.Message) = ("+1 212 555 0100", "Call me.");
        var (lead, owned) = (Given.In(state), Given.In(state with { AssignedTo = Given.Ben, AssignedAt = Given.Now }));
        lead.Message = "Mine.";
        owned.Written(Given.Now);

        lead.TakeOver(other, Given.Now);
        owned.TakeOver(other, Given.Now);

        Assert.Equal(
            (Given.Ana, Given.Earlier, Given.Earlier.AddHours(3)),
            (lead.AssignedTo, lead.AssignedAt, lead.WrittenToAt)
        );
        Assert.Equal(("+1 212 555 0100", "Mine."), (lead.Phone, lead.Message));
        Assert.Equal((Given.Ben, Given.Now, Given.Now), (owned.AssignedTo, owned.AssignedAt, owned.WrittenToAt));
        Assert.Throws<ArgumentNullException>("other", () => lead.TakeOver(null!, Given.Now));
    }
}
