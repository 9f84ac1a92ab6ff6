using Anteroom.Leads;

namespace Anteroom.Rules;

/// <summary>What is asked of a lead, and whether it is so already.</summary>
public sealed class LeadChangeTests
{
    private static readonly Lead Anas = Given.In(
        Given.State(LeadStatus.ReachedOut, isContacted: true) with
        {
            AssignedTo = Given.Ana,
        }
    );

    [Fact]
    public void A_change_is_done_when_status_and_owner_are_as_it_says()
    {
        Assert.True(new LeadChange().IsDone(Anas));
        Assert.True(LeadChange.MoveTo(LeadStatus.ReachedOut).IsDone(Anas));
        Assert.False(LeadChange.MoveTo(LeadStatus.Consultation).IsDone(Anas));
        Assert.True(LeadChange.AssignTo(Given.Ana).IsDone(Anas));
        Assert.False(LeadChange.AssignTo(Given.Ben).IsDone(Anas));
        Assert.False(LeadChange.AssignTo(null).IsDone(Anas));
        Assert.True(new LeadChange { AssignedTo = Given.Ben }.IsDone(Anas)); // counts only when it assigns
        Assert.False(
            new LeadChange
            {
                Status = LeadStatus.ReachedOut,
                Assigns = true,
                AssignedTo = Given.Ben,
            }.IsDone(Anas)
        );
        Assert.False(
            new LeadChange
            {
                Status = LeadStatus.Lost,
                Assigns = true,
                AssignedTo = Given.Ana,
            }.IsDone(Anas)
        );
        Assert.True(new LeadChange { ReachedOutBy = Given.Ana }.IsDone(Anas));
        Assert.False(new LeadChange { Status = LeadStatus.ReachedOut, ReachedOutBy = Given.Ben }.IsDone(Anas));
        Assert.Equal("gone", LeadChange.MoveTo(LeadStatus.Lost, "gone").Reason);
    }

    [Fact]
    public void One_lead_is_meant_or_some()
    {
        var some = LeadSelection.Of([3, 4]);
        Assert.Equal((false, 2), (some.IsOne, some.Count));
        Assert.Equal([3L, 4L], some.Numbers);

        var seen = new SeenLead(7, LeadStatus.Lost);
        var one = LeadSelection.One(3, seen);
        Assert.Equal((true, 1, seen), (one.IsOne, one.Count, one.Seen));
        Assert.Equal([3L], one.Numbers);

        var byId = LeadSelection.One(Given.Ana, version: 7);
        Assert.Equal((true, 1, Given.Ana, new SeenLead(7, null)), (byId.IsOne, byId.Count, byId.Id, byId.Seen));
        Assert.Empty(byId.Numbers);
        Assert.Null(LeadSelection.One(Given.Ana, version: null).Seen);
    }
}
