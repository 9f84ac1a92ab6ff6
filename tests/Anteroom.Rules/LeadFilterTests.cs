using Anteroom.Leads;

namespace Anteroom.Rules;

/// <summary>Which leads an address means.</summary>
public sealed class LeadFilterTests
{
    private static readonly CurrentUser Ana = new(Given.Ana, "ana", "Ana", Role.Attorney);
    private static readonly TimeZoneInfo NewYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");

    private static LeadFilter Read(string query)
    {
        var filter = LeadFilter.Read(query, Ana, out var errors);
        Assert.True(errors.IsEmpty, string.Join(' ', errors.ByField.Keys));
        return filter;
    }

    private static (LeadFilter Filter, string Field, string Error) Wrong(string query)
    {
        var filter = LeadFilter.Read(query, Ana, out var errors);
        var (field, sentences) = Assert.Single(errors.ByField);
        return (filter, field, Assert.Single(sentences).ToString()!);
    }

    [Theory]
    [InlineData("?status=registered&status=lost")]
    [InlineData("?practice_area=Family%20law")]
    [InlineData("?assigned_to=me")]
    [InlineData("?assigned_to=none")]
    [InlineData("?assigned_to=0199aaaa-0000-7000-8000-000000000002")]
    [InlineData("?source=form")]
    [InlineData("?q=ada%20love")]
    [InlineData("?created_from=2026-01-31")]
    [InlineData("?created_to=2026-01-31T09:00:00Z")]
    [InlineData("?received=week")]
    [InlineData("?attention=waiting&attention=needs_call")]
    [InlineData("?tag=VIP")]
    [InlineData("?lead=12,15")]
    [InlineData(
        "?status=retained&practice_area=A&assigned_to=me&source=s&q=x&created_from=2026-01-01&created_to=2026-01-02&received=today&attention=any&tag=t&lead=1"
    )]
    public void An_address_reads_to_a_filter_that_writes_the_same_address(string query)
    {
        var filter = Read(query);

        Assert.Equal(Uri.UnescapeDataString(query), Uri.UnescapeDataString(filter.ToQuery()));
        Assert.False(filter.IsEmpty);
    }

    [Fact]
    public void Nothing_means_everything()
    {
        foreach (var query in (string?[])[null, "", "?", "?q=&status=&assigned_to=%20&lead=,"])
        {
            var filter = LeadFilter.Read(query, Ana, out var errors);
            Assert.True(errors.IsEmpty);
            Assert.True(filter.IsEmpty);
            Assert.Equal("", filter.ToQuery());
        }

        Assert.True(LeadFilter.All.IsEmpty);
        Assert.True(LeadFilter.All.IsCounted);
    }

    [Fact]
    public void Every_word_has_its_place()
    {
        var filter = Read(
            "?status=lost,registered&area=Family&assigned_to=0199aaaa-0000-7000-8000-000000000002&source=api&q=%20ada%20&tag=VIP&lead=15,12,15"
        );

        Assert.Equal([LeadStatus.Registered, LeadStatus.Lost], filter.Statuses); // in the order of the funnel
        Assert.Equal(
            ("Family", Given.Ben, false, false),
            (filter.PracticeArea, filter.AssignedTo, filter.IsMine, filter.Unassigned)
        );
        Assert.Equal(("api", "ada", "VIP"), (filter.Source, filter.Search, filter.Tag));
        Assert.Equal([15L, 12L], filter.Numbers);
        Assert.Equal("Tax", Read("?practice_area=Tax&area=Family").PracticeArea);
        Assert.Equal("last", Read("?q=first&q=last&q=").Search); // the last that says something
    }

    [Fact]
    public void Me_is_who_asks_until_it_is_fixed()
    {
        var mine = Read("?assigned_to=me");

        Assert.Equal((Given.Ana, true), (mine.AssignedTo, mine.IsMine));
        Assert.Equal("?assigned_to=me", mine.ToQuery());
        Assert.Equal($"?assigned_to={Given.Ana}", mine.Fixed.ToQuery());
        Assert.Equal((null, true), (Read("?assigned_to=none").AssignedTo, Read("?assigned_to=none").Unassigned));
    }

    [Theory]
    [InlineData("?status=lost&assigned_to=me", true)]
    [InlineData("?assigned_to=none", true)]
    [InlineData("?status=lost&q=ada", false)]
    [InlineData("?tag=VIP", false)]
    [InlineData("?lead=1", false)]
    [InlineData("?received=week", false)]
    public void Counts_answer_what_asks_for_status_and_owner_only(string query, bool isCounted) =>
        Assert.Equal(isCounted, Read(query).IsCounted);

    [Theory]
    [InlineData(
        "?status=lost,gone",
        "status",
        "A status is one of registered, reached_out, consultation, retained, declined, lost."
    )]
    [InlineData("?received=year", "received", "This is one of today, week, month.")]
    [InlineData(
        "?attention=never",
        "attention",
        "This is one of any, waiting, needs_call, mail_failed, resume_deleted, resume_quarantined, unassigned."
    )]
    [InlineData("?assigned_to=ana", "assigned_to", "This has to be a user's id, me or none.")]
    [InlineData(
        "?created_from=yesterday",
        "created_from",
        "This has to be a day, such as 2026-01-31, or a time with its offset, such as 2026-01-31T09:00:00Z."
    )]
    [InlineData(
        "?created_to=2026-02-30",
        "created_to",
        "This has to be a day, such as 2026-01-31, or a time with its offset, such as 2026-01-31T09:00:00Z."
    )]
    [InlineData("?q=a%0Ab", "q", "A search is one line of at most 200 characters.")]
    [InlineData("?lead=1,-2,x", "lead", "These have to be numbers of leads, as lead=12,15; at most 1000.")]
    public void What_cannot_be_meant_is_named_and_left_out(string query, string field, string error)
    {
        var wrong = Wrong(query);

        Assert.Equal((field, error), (wrong.Field, wrong.Error));
        Assert.DoesNotContain("gone", wrong.Filter.ToQuery(), StringComparison.Ordinal);
        Assert.Null(wrong.Filter.Search);
        Assert.Null(wrong.Filter.AssignedTo);
        Assert.Null(wrong.Filter.CreatedFrom ?? wrong.Filter.CreatedTo);
    }

    [Fact]
    public void Long_texts_are_refused_and_the_longest_taken()
    {
        Assert.Equal(200, Read($"?q={new string('x', 200)}").Search!.Length);
        Assert.Equal("q", Wrong($"?q={new string('x', 201)}").Field);
        foreach (var name in (string[])["practice_area", "source", "tag"])
        {
            Assert.EndsWith(
                new string('x', 100),
                Read($"?{name}={new string('x', 100)}").ToQuery(),
                StringComparison.Ordinal
            );
            var wrong = Wrong($"?{name}={new string('x', 101)}");
            Assert.Equal((name, "This has at most 100 characters."), (wrong.Field, wrong.Error));
            Assert.True(wrong.Filter.IsEmpty);
        }
    }

    [Fact]
    public void A_thousand_leads_can_be_named_and_no_more()
    {
        var thousand = string.Join(',', Enumerable.Range(1, 1000));

        Assert.Equal(1000, Read($"?lead={thousand}").Numbers.Count);
        var wrong = Wrong($"?lead={thousand},1001");
        Assert.Equal("lead", wrong.Field);
        Assert.Equal(1000, wrong.Filter.Numbers.Count);
    }

    [Fact]
    public void A_null_character_is_no_text()
    {
        Assert.True(Read("?tag=%00").IsEmpty);
        Assert.True(Read("?tag=a%00b").IsEmpty);
    }

    [Fact]
    public void A_query_asks_the_same()
    {
        var query = Read(
                "?status=lost&practice_area=A&assigned_to=me&source=s&q=x&created_to=2026-01-02&attention=any&tag=t&lead=1"
            )
            .ToLeadQuery(Given.Now, NewYork);

        Assert.Equal([LeadStatus.Lost], query.Filter.Statuses);
        Assert.Equal(
            ("A", Given.Ana, "s", "x", "t"),
            (
                query.Filter.PracticeArea,
                query.Filter.AssignedTo,
                query.Filter.Source,
                query.Filter.Search,
                query.Filter.Tag
            )
        );
        Assert.Equal([Attention.Any], query.Filter.Attention);
        Assert.Equal([1L], query.Filter.Numbers);
        Assert.Equal((Given.Now, false), (query.Now, query.Filter.Unassigned));
        Assert.Null(query.CreatedFrom);
        // A day counts as a whole, by the firm's clock.
        Assert.Equal(new DateTimeOffset(2026, 1, 3, 5, 0, 0, TimeSpan.Zero), query.CreatedTo!.Value.ToUniversalTime());
        Assert.True(Read("?assigned_to=none").ToLeadQuery(Given.Now, NewYork).Filter.Unassigned);
    }

    // It is Saturday, 4 a.m. in New York.
    [Theory]
    [InlineData("?received=today", "2026-11-28T05:00:00Z")]
    [InlineData("?received=week", "2026-11-22T05:00:00Z")]
    [InlineData("?received=month", "2026-10-30T04:00:00Z")] // daylight saving time
    [InlineData("?created_from=2026-11-27", "2026-11-27T05:00:00Z")]
    [InlineData("?created_from=2026-11-27T08:30:00-05:00", "2026-11-27T13:30:00Z")]
    [InlineData("?created_from=2026-11-27T08:30:00+01:00", "2026-11-27T07:30:00Z")] // a plus sign of an address is a space
    [InlineData("?created_from=2026-11-27T08:30:00", "2026-11-27T08:30:00Z")]
    [InlineData("?received=week&created_from=2026-11-27", "2026-11-27T05:00:00Z")] // the later of the two
    [InlineData("?received=today&created_from=2026-11-27", "2026-11-28T05:00:00Z")]
    public void Times_begin_by_the_firms_clock(string query, string expected) =>
        Assert.Equal(
            DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture),
            Read(query).ToLeadQuery(Given.Now, NewYork).CreatedFrom!.Value.ToUniversalTime()
        );

    [Theory]
    [InlineData("2026-01-31", true)]
    [InlineData("2026-1-31", false)]
    [InlineData("0001-12-31", false)] // before that a zone has no day
    [InlineData("0002-01-01", true)]
    [InlineData("9998-12-31", true)]
    [InlineData("9999-01-01", false)]
    [InlineData("2026-01-31T09:00", true)]
    [InlineData("2026-01-31 09:00", false)]
    [InlineData("T", false)]
    [InlineData("", false)]
    public void Days_and_instants_are_told_from_other_texts(string text, bool isTime) =>
        Assert.Equal(isTime, FilterTime.IsValid(text));
}
