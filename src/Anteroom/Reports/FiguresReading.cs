using Anteroom.Data;
using Anteroom.Leads;
using Npgsql;
using static Anteroom.Reports.DayQueries;
using static Anteroom.Reports.FigureQueries;
using static Anteroom.Reports.StandingQueries;

namespace Anteroom.Reports;

/// <summary>Puts the answers of the statements of <see cref="ReadFigures"/> together, in their order.</summary>
internal sealed class FiguresReading(
    NpgsqlDataReader reader,
    ReportPeriod period,
    Asked asked,
    IReadOnlyList<PeriodStep> steps
)
{
    public async Task<Figures> RunAsync(bool timesAreRounded, CancellationToken cancellation)
    {
        var sums = new FigureSums(steps);
        foreach (var row in await reader.ReadAllAsync<SubmittedRow>(cancellation))
            sums.Add(row);
        foreach (var row in await reader.ReadAllAsync<ContactsRow>(cancellation))
            sums.Add(row);
        foreach (var row in await reader.ReadAllAsync<OutcomesRow>(cancellation))
            sums.Add(row);
        if (asked.Time.HasDays)
        {
            foreach (var row in await reader.ReadAllAsync<DayRow>(cancellation))
                sums.Add(row);
            foreach (var row in await reader.ReadAllAsync<PartRow>(cancellation))
                sums.Add(row);
        }

        var mails = await reader.ReadAllAsync<MailRow>(cancellation);
        var users = await reader.ReadAllAsync<PersonRow>(cancellation);

        var all = new Dictionary<LeadStatus, long>();
        var open = new Dictionary<Guid, long>();
        foreach (var (assignedTo, status, leads) in await reader.ReadAllAsync<StandingRow>(cancellation))
        {
            all[status] = all.GetValueOrDefault(status) + leads;
            if (status.IsOpen)
                open[Key(assignedTo)] = open.GetValueOrDefault(Key(assignedTo)) + leads;
        }

        var names = users.ToDictionary(user => user.Id, user => user.FullName);
        var waiting = await reader.ReadAllAsync<WaitingRow>(cancellation);
        var notYet = await reader.ReadOneAsync<long>(cancellation);

        return new Figures
        {
            Period = period,
            Scope = asked.Scope,
            At = asked.Now,
            Totals = sums.Total.ToTotals(mails.Where(mail => mail.Inside).Sum(mail => mail.Emails)),
            Before = sums.Before.ToTotals(mails.Where(mail => !mail.Inside).Sum(mail => mail.Emails)),
            TimesAreRounded = timesAreRounded,
            Steps = [.. steps.Select((step, at) => new StepFigures(step, sums.Steps[at].ToTotals()))],
            Statuses = sums.Groups("status")
                .ToDictionary(group => LeadStatus.Parse(group.Name!), group => group.Submitted),
            StatusesOfAll = all,
            Colleagues = [.. users.Select(user => new UserOption(user.Id, user.FullName, user.IsAttorney))],
            Sources = sums.Groups("source"),
            PracticeAreas = sums.Groups("practice_area"),
            People = People(users, sums.People(), open),
            Waiting = Math.Max(0, all.GetValueOrDefault(LeadStatus.Registered) - notYet),
            WaitingLongest =
            [
                .. waiting.Select(row => new WaitingLead(
                    row.Number,
                    PersonName.Full(row.FirstName, row.LastName),
                    row.PracticeArea,
                    names.GetValueOrDefault(Key(row.AssignedTo)),
                    row.CreatedAt
                )),
            ],
            MailFailures =
            [
                .. mails.Where(mail => mail.Inside).Select(mail => new MailFailures(mail.Kind, mail.Emails)),
            ],
        };
    }

    /// <summary>Active attorneys whatever they did, and everybody else who has or had something to do with these leads.</summary>
    private List<PersonFigures> People(
        List<PersonRow> users,
        Dictionary<Guid, Totals> totals,
        Dictionary<Guid, long> open
    )
    {
        var people = new List<PersonFigures>();
        foreach (var user in users)
            if (
                asked.Scope is ReportScope.WholeFirm && user.IsAttorney
                || asked.Scope is ReportScope.Of(var one) && one == user.Id
                || asked.Scope is ReportScope.InSightOf(var self) && self == user.Id
                || totals.ContainsKey(user.Id)
                || open.ContainsKey(user.Id)
            )
                people.Add(
                    new(
                        user.Id,
                        user.FullName,
                        totals.GetValueOrDefault(user.Id) ?? new Totals(),
                        open.GetValueOrDefault(user.Id),
                        user.IsAttorney ? user.Capacity : null,
                        !user.IsAttorney ? Presence.NoAttorney
                            : user.AwayUntil > asked.Now ? Presence.Away
                            : user.Available ? Presence.Here
                            : Presence.Unavailable,
                        user.AwayUntil > asked.Now ? user.AwayUntil : null
                    )
                );
        if (totals.ContainsKey(ReportDay.Nobody) || open.ContainsKey(ReportDay.Nobody))
            people.Add(
                new(
                    null,
                    "Nobody yet",
                    totals.GetValueOrDefault(ReportDay.Nobody) ?? new Totals(),
                    open.GetValueOrDefault(ReportDay.Nobody),
                    null,
                    Presence.NoAttorney,
                    null
                )
            );
        return people;
    }

    private static Guid Key(Guid? person) => person ?? ReportDay.Nobody;
}
