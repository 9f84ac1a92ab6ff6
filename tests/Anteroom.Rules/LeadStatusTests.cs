using Anteroom.Leads;

namespace Anteroom.Rules;

/// <summary>What a status is and where it leads, as one table.</summary>
public sealed class LeadStatusTests
{
    // From the left to the top.
    private const string Legal = """
                      registered reached_out consultation retained declined lost
        registered    -          yes         -            -        yes      yes
        reached_out   yes        -           yes          -        yes      yes
        consultation  yes        -           -            yes      yes      yes
        retained      yes        -           -            -        yes      yes
        declined      yes        -           -            -        -        -
        lost          yes        -           -            -        -        -
        """;

    /// <summary>Every pair of statuses and whether a lead may go from the first to the second.</summary>
    public static TheoryData<string, string, bool> Moves
    {
        get
        {
            var moves = new TheoryData<string, string, bool>();
            var table = Legal.Split('\n').Select(Words).ToList();
            foreach (var row in table.Skip(1))
            foreach (var (at, to) in table[0].Index())
                moves.Add(row[0], to, row[at + 1] == "yes");
            return moves;
        }
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public void The_table_names_every_status_in_the_order_of_the_funnel() =>
        Assert.Equal(Words(Legal.Split('\n')[0]), LeadStatus.All.Select(status => status.ToWire()));

    [Theory]
    [MemberData(nameof(Moves))]
    public void A_lead_moves_as_the_table_says_and_no_other_way(string from, string to, bool isLegal)
    {
        var (here, there) = (LeadStatus.Parse(from), LeadStatus.Parse(to));

        Assert.Equal(isLegal, here.MayBecome(there));
        Assert.Equal(isLegal, here.NextStatuses.Contains(there));
        Assert.Equal(isLegal, Given.In(Given.State(here, isContacted: true)).NextStatuses.Contains(there));
    }

    [Fact]
    public void Nothing_is_no_status_to_move_to()
    {
        Assert.Throws<ArgumentNullException>("next", () => LeadStatus.Lost.MayBecome(null!));
        Assert.Throws<ArgumentNullException>("next", () => Given.New().TryMoveTo(null!, Given.Ana, Given.Now));
    }

    [Theory]
    [InlineData("registered", "Registered", "Reopen", "warn", LeadStage.Waiting, true, false, false)]
    [InlineData("reached_out", "Reached out", "Mark as reached out", "info", LeadStage.InContact, true, false, true)]
    [InlineData(
        "consultation",
        "Consultation",
        "Consultation agreed",
        "violet",
        LeadStage.InContact,
        true,
        false,
        true
    )]
    [InlineData("retained", "Retained", "Mark as retained", "ok", LeadStage.Retained, false, false, true)]
    [InlineData("declined", "Declined", "Decline", "muted", LeadStage.Declined, false, true, false)]
    [InlineData("lost", "Lost", "Mark as lost", "muted", LeadStage.Lost, false, true, false)]
    public void Each_says_what_it_is(
        string name,
        string label,
        string verb,
        string tone,
        LeadStage stage,
        bool isOpen,
        bool isOut,
        bool isReached
    )
    {
        Assert.True(LeadStatus.TryParse(name, out var status));

        Assert.Equal(
            (name, name, label, verb, tone, stage, isOpen, isOut, isReached),
            (
                status.ToWire(),
                status.ToString(),
                status.ToLabel(),
                status.Verb,
                status.Tone,
                status.Stage,
                status.IsOpen,
                status.IsOut,
                status.IsReached
            )
        );
        Assert.Same(status, LeadStatus.Parse(name));
        Assert.Equal(isOpen, LeadStatus.Open.Contains(status));
    }

    [Theory]
    [InlineData("Registered")]
    [InlineData("registered ")]
    [InlineData("")]
    [InlineData(null)]
    public void Names_are_read_exactly(string? name)
    {
        Assert.False(LeadStatus.TryParse(name, out var status));
        Assert.Null(status);
        var error = Assert.Throws<FormatException>(() => LeadStatus.Parse(name!));
        Assert.Equal($"There is no status \"{name}\".", error.Message);
    }

    [Fact]
    public void SQL_gets_the_names_in_quotes()
    {
        Assert.Equal("'registered', 'reached_out', 'consultation'", LeadStatus.OpenSql);
        Assert.Equal("'declined', 'lost'", LeadStatus.Sql(status => status.IsOut));
    }

    [Fact]
    public void A_status_has_no_buttons_or_ways_of_its_own_unless_it_says_so()
    {
        var status = new LeadStatus("new", "New", LeadStage.InContact);

        Assert.Equal(("muted", ""), (status.Tone, status.Verb));
        Assert.Equal(["registered", "declined", "lost"], status.NextStatuses.Select(next => next.ToWire()));
        var before = new LeadStatus("before", "Before", LeadStage.InContact) { Precedes = [LeadStatus.Retained] };
        Assert.True(before.MayBecome(LeadStatus.Retained));
        var after = new LeadStatus("after", "After", LeadStage.InContact) { Follows = [status] };
        Assert.True(status.MayBecome(after));
        Assert.False(before.MayBecome(after));
    }
}
