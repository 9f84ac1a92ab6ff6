using Anteroom.Outreach;
using FsCheck;
using FsCheck.Fluent;

namespace Anteroom.Rules;

/// <summary>Who takes the next lead.</summary>
public sealed class LeastBusyTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private static AvailableAttorney Attorney(
        int number,
        string? area = null,
        int capacity = 50,
        DateTimeOffset? last = null
    ) => new(Id(number), $"Attorney {number}", null, area is null ? [] : [area], capacity, last, number);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    private static LeastBusy Of(AvailableAttorney[] attorneys, params (int Number, int Leads)[] workloads) =>
        new(attorneys, workloads.ToDictionary(load => Id(load.Number), load => load.Leads));

    [Fact]
    public void The_one_with_the_fewest_open_leads_is_chosen() =>
        Assert.Equal(2, Of([Attorney(1), Attorney(2), Attorney(3)], (1, 4), (2, 1), (3, 2)).Choose(null, Now)!.Number);

    [Fact]
    public void Of_several_it_is_the_one_assigned_longest_ago_and_first_of_all_who_never_was()
    {
        var leastBusy = Of([Attorney(1, last: Now.AddHours(-1)), Attorney(2, last: Now.AddHours(-3)), Attorney(3)]);

        Assert.Equal([3, 2, 1], Enumerable.Range(0, 3).Select(_ => leastBusy.Choose(null, Now)!.Number));
    }

    [Theory]
    [InlineData(10, 1)] // at work, though busier
    [InlineData(20, 2)] // nobody is: the least busy
    public void Those_at_work_come_first_and_nobody_waits_for_the_morning(int hour, long expected)
    {
        AvailableAttorney[] attorneys =
        [
            Attorney(1) with
            {
                WorkDays = 31,
                WorkFrom = 540,
                WorkUntil = 1020,
            },
            Attorney(2) with
            {
                WorkDays = 96,
                WorkFrom = 0,
                WorkUntil = 1440,
            },
        ];
        var at = new DateTimeOffset(2026, 11, 23, hour, 0, 0, TimeSpan.Zero); // a Monday

        Assert.Equal(expected, Of(attorneys, (1, 3)).Choose(null, at)!.Number);
    }

    [Fact]
    public void Hours_go_by_the_firms_clock_and_an_attorney_may_take_several_areas()
    {
        var early = Attorney(1) with { WorkDays = 127, WorkFrom = 540, WorkUntil = 600 };
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var leastBusy = new LeastBusy(
            [early, Attorney(2) with { PracticeAreas = ["Family", "Tax"] }],
            new Dictionary<Guid, int> { [Id(1)] = 1 },
            berlin
        );

        Assert.Equal(2, leastBusy.Choose("Tax", new DateTimeOffset(2026, 11, 23, 8, 30, 0, TimeSpan.Zero))!.Number);
        Assert.Equal(1, leastBusy.Choose("Other", new DateTimeOffset(2026, 11, 23, 9, 30, 0, TimeSpan.Zero))!.Number);
    }

    [Theory]
    [InlineData("Family", 2)] // the other works in another area
    [InlineData(null, 1)] // the lead names none
    [InlineData("Immigration", 1)]
    public void The_practice_area_counts_only_when_both_name_one(string? area, long expected) =>
        Assert.Equal(expected, Of([Attorney(1, "Immigration"), Attorney(2)], (1, 0), (2, 1)).Choose(area, Now)!.Number);

    [Fact]
    public void Nobody_with_room_or_of_the_area_means_nobody()
    {
        Assert.Null(Of([]).Choose(null, Now));
        Assert.Null(Of([Attorney(1, capacity: 0)]).Choose(null, Now));
        Assert.Null(Of([Attorney(1, capacity: 3)], (1, 3)).Choose(null, Now));
        Assert.Null(Of([Attorney(1, "Family")]).Choose("Immigration", Now));
    }

    [Fact]
    public void Somebody_can_be_left_out()
    {
        var leastBusy = Of([Attorney(1), Attorney(2)], (2, 5));

        Assert.Equal(2, leastBusy.Choose(null, Now, except: Id(1))!.Number);
        Assert.Null(Of([Attorney(1)]).Choose(null, Now, except: Id(1)));
    }

    [Fact]
    public void Who_was_given_a_lead_before_waits_longer_than_who_was_not()
    {
        var leastBusy = Of([Attorney(1, last: Now.AddDays(-2)), Attorney(2, last: Now.AddDays(-1))]);

        // The first has had one on this day now, as the second will; then whoever had it earlier.
        Assert.Equal(
            [1L, 2L, 1L, 2L],
            Enumerable.Range(0, 4).Select(hour => leastBusy.Choose(null, Now.AddHours(hour))!.Number)
        );
    }

    [Fact]
    public void At_the_same_instant_it_goes_by_turns()
    {
        var leastBusy = Of([
            Attorney(1, last: Now.AddHours(-1)),
            Attorney(2, last: Now.AddHours(-2)),
            Attorney(3, last: Now.AddHours(-3)),
        ]);

        Assert.Equal([3L, 2L, 1L, 3L, 2L, 1L], Enumerable.Range(0, 6).Select(_ => leastBusy.Choose(null, Now)!.Number));
    }

    [Fact]
    public void Of_two_who_never_had_one_it_is_the_older_account() =>
        Assert.Equal(1, Of([Attorney(2), Attorney(1)]).Choose(null, Now)!.Number);

    [Fact]
    public void One_named_area_takes_the_others_out_and_one_more_lead_than_room_goes_to_nobody()
    {
        var leastBusy = Of([Attorney(1, "Family", capacity: 1), Attorney(2, "Tax", capacity: 2)], (2, 1));

        Assert.Equal(2, leastBusy.Choose("Tax", Now)!.Number);
        Assert.Null(leastBusy.Choose("Tax", Now));
        Assert.Equal(1, leastBusy.Choose("Family", Now)!.Number);
        Assert.Null(leastBusy.Choose(null, Now));
    }

    [Fact]
    public void Leads_given_out_together_leave_workloads_that_differ_by_one_at_most_and_never_exceed_a_capacity()
    {
        var firms =
            from capacities in Gen.Choose(0, 12).NonEmptyListOf()
            from leads in Gen.Choose(0, 80)
            select (Capacities: capacities.ToArray(), Leads: leads);

        Prop.ForAll(
                firms.ToArbitrary(),
                firm =>
                {
                    var attorneys = firm
                        .Capacities.Select((capacity, at) => Attorney(at + 1, capacity: capacity))
                        .ToArray();
                    var leastBusy = Of(attorneys);
                    var given = Enumerable.Range(0, firm.Leads).Select(_ => leastBusy.Choose(null, Now)).ToList();

                    var room = firm.Capacities.Sum();
                    Assert.Equal(Math.Min(room, firm.Leads), given.Count(attorney => attorney is not null));
                    var loads = attorneys.ToDictionary(attorney => attorney, attorney => given.Count(attorney.Equals));
                    Assert.All(loads, load => Assert.InRange(load.Value, 0, load.Key.Capacity));
                    // Who has fewer than another has no room for more, or is one behind.
                    var most = loads.Values.Max();
                    Assert.All(loads, load => Assert.True(load.Value >= most - 1 || load.Value == load.Key.Capacity));
                }
            )
            .QuickCheckThrowOnFailure();
    }
}
