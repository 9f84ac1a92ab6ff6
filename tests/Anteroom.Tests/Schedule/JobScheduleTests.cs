using Anteroom.Schedule;

namespace Anteroom.Tests.Schedule;

/// <summary>What a schedule means, how it is typed and how it is said.</summary>
public sealed class JobScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, string> Words() =>
        new()
        {
            { JobSchedule.EveryMinutes(1).Cron, "Every minute" },
            { JobSchedule.EveryMinutes(15).Cron, "Every 15 minutes" },
            { JobSchedule.HourlyAt(0).Cron, "Every hour, on the hour" },
            { JobSchedule.HourlyAt(20).Cron, "Every hour, at minute 20" },
            { JobSchedule.DailyAt(3, 5).Cron, "Every day at 03:05" },
            {
                JobSchedule.WeeklyOn([DayOfWeek.Sunday, DayOfWeek.Monday, DayOfWeek.Thursday], 7, 30).Cron,
                "Every Monday, Thursday and Sunday at 07:30"
            },
            { JobSchedule.WeeklyOn([DayOfWeek.Friday], 17, 0).Cron, "Every Friday at 17:00" },
            { "0 0 9 1 * ?", "By the expression 0 0 9 1 * ?" },
            { "0 0 9 ? * MON#3", "By the expression 0 0 9 ? * MON#3" },
            { "0 0/7 * * * ?", "By the expression 0 0/7 * * * ?" },
        };

    [Theory]
    [MemberData(nameof(Words))]
    public void A_schedule_is_said_in_words_and_its_form_leads_back_to_it(string cron, string words)
    {
        Assert.True(JobSchedule.TryParse(cron, Now, out var schedule, out _));

        Assert.Equal(words, schedule!.ToWords());
        var errors = new FieldErrors();
        Assert.Equal(schedule, ScheduleForm.From(schedule).Read(Now, errors));
        Assert.True(errors.IsEmpty);
    }

    [Theory]
    [InlineData("30 7 * * 1-5", "0 30 7 ? * MON-FRI")]
    [InlineData("0 3 * * *", "0 0 3 * * ?")]
    [InlineData("15 0 1 * *", "0 15 0 1 * ?")]
    [InlineData("  0   30 7 ? * MON-FRI  ", "0 30 7 ? * MON-FRI")]
    public void Expressions_of_crontab_are_understood(string typed, string cron)
    {
        Assert.True(JobSchedule.TryParse(typed, Now, out var schedule, out _));

        Assert.Equal(cron, schedule!.Cron);
    }

    [Theory]
    [InlineData(null, "has five fields")]
    [InlineData("", "has five fields")]
    [InlineData("daily", "has five fields")]
    [InlineData("61 * * * *", "not a cron expression: Minute and Second values must be between 0 and 59")]
    [InlineData("0 0 25 * * ?", "not a cron expression: Hour values")]
    [InlineData("a b c d e f", "not a cron expression")]
    [InlineData("0 0 0 31 2 ?", "This never happens")]
    [InlineData("0 0 0 1 1 ? 2020", "This never happens")]
    [InlineData("* * * * * ?", "more often than once a minute")]
    [InlineData("0,30 0 3 * * ?", "more often than once a minute")]
    public void What_is_no_schedule_is_refused_with_the_reason(string? typed, string reason)
    {
        Assert.False(JobSchedule.TryParse(typed, Now, out var schedule, out var problem));

        Assert.Null(schedule);
        Assert.Contains(reason, problem!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_form_says_what_is_missing_at_its_field()
    {
        foreach (
            var (form, field) in ((ScheduleForm, string)[])
                [
                    (new(), "kind"),
                    (new() { Kind = "yearly" }, "kind"),
                    (new() { Kind = "minutes", Minutes = 7 }, "minutes"),
                    (new() { Kind = "hourly", Minute = 60 }, "minute"),
                    (new() { Kind = "daily", At = "24:00" }, "at"),
                    (new() { Kind = "weekly", At = "07:00" }, "days"),
                    (new() { Kind = "cron", Cron = "nonsense" }, "cron"),
                ]
        )
        {
            var errors = new FieldErrors();

            Assert.Null(form.Read(Now, errors));
            Assert.NotNull(errors.For(field));
        }
    }

    [Fact]
    public void A_time_that_the_clocks_leave_out_is_taken_as_the_first_after_it_and_one_that_comes_twice_counts_once()
    {
        // New York: forward at 02:00 on 8 March 2026, back at 02:00 on 1 November.
        Assert.Equal(
            ["03-07 02:30 -05:00", "03-08 03:00 -04:00", "03-09 02:30 -04:00"],
            Next(JobSchedule.DailyAt(2, 30), "America/New_York", new(2026, 3, 7, 0, 0, 0, TimeSpan.Zero), 3)
        );
        Assert.Equal(
            ["10-31 01:30 -04:00", "11-01 01:30 -04:00", "11-02 01:30 -05:00"],
            Next(JobSchedule.DailyAt(1, 30), "America/New_York", new(2026, 10, 31, 0, 0, 0, TimeSpan.Zero), 3)
        );
    }

    [Fact]
    public void Short_intervals_go_on_through_the_hour_that_comes_twice()
    {
        var runs = JobSchedule
            .EveryMinutes(30)
            .Next(
                12,
                new(2026, 10, 24, 22, 10, 0, TimeSpan.Zero),
                TimeZoneInfo.FindSystemTimeZoneById("Europe/London")
            );

        Assert.All(runs.Zip(runs.Skip(1)), pair => Assert.Equal(TimeSpan.FromMinutes(30), pair.Second - pair.First));
    }

    private static string[] Next(JobSchedule schedule, string zone, DateTimeOffset after, int count)
    {
        var local = TimeZoneInfo.FindSystemTimeZoneById(zone);
        return
        [
            .. schedule
                .Next(count, after, local)
                .Select(run => TimeZoneInfo.ConvertTime(run, local).ToString("MM-dd HH:mm zzz", null)),
        ];
    }
}
