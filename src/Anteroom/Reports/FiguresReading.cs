using Anteroom.Data;
using Anteroom.Leads;
using Npgsql;
using static Anteroom.Reports.FigureQueries;

namespace Anteroom.Reports;

/// <summary>Puts the answers of the nine statements together, in their order.</summary>
internal sealed class FiguresReading(
    NpgsqlDataReader reader,
    ReportPeriod period,
    ReportScope scope,
    IReadOnlyList<PeriodStep> steps,
    DateTimeOffset now
)
{
    // Nobody has the key Guid.Empty.
    private readonly Dictionary<Guid, Totals> _people = [];
    private readonly Totals[] _steps = [.. steps.Select(_ => new Totals())];
    private Totals _totals = new();

    public async Task<Figures> RunAsync(CancellationToken cancellation)
    {
        var statuses = new Dictionary<LeadStatus, long>();
        var sources = new List<GroupFigures>();
        var areas = new List<GroupFigures>();
        foreach (var row in await reader.ReadAllAsync<SubmittedRow>(cancellation))
            Take(row, statuses, sources, areas);
        foreach (var row in await reader.ReadAllAsync<ContactsRow>(cancellation))
            Take(row);
        foreach (var row in await reader.ReadAllAsync<OutcomesRow>(cancellation))
            Take(row);

        var failures = await reader.ReadAllAsync<MailFailures>(cancellation);
        _totals = _totals with { MailFailed = failures.Sum(failure => failure.Emails) };
        var before = Of((await reader.ReadOneAsync<TotalsRow>(cancellation))!);
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
            Scope = scope,
            At = now,
            Totals = _totals,
            Before = before,
            Steps = [.. steps.Select((step, at) => new StepFigures(step, _steps[at]))],
            Statuses = statuses,
            StatusesOfAll = all,
            Colleagues = [.. users.Select(user => new UserOption(user.Id, user.FullName, user.IsAttorney))],
            Sources = Sorted(sources),
            PracticeAreas = Sorted(areas),
            People = People(users, open),
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
            MailFailures = failures,
        };
    }

    private void Take(
        SubmittedRow row,
        Dictionary<LeadStatus, long> statuses,
        List<GroupFigures> sources,
        List<GroupFigures> areas
    )
    {
        switch (row.Grouped)
        {
            case 0b11111:
                _totals = WithSubmitted(_totals);
                break;
            case 0b01111:
                Step(row.Step) = WithSubmitted(Step(row.Step));
                break;
            case 0b10111:
                statuses[row.Status!] = row.Leads;
                break;
            case 0b11011:
                sources.Add(new(row.Source, row.Leads, row.Reached, row.Retained));
                break;
            case 0b11101:
                areas.Add(new(row.PracticeArea, row.Leads, row.Reached, row.Retained));
                break;
            case 0b11110:
                _people[Key(row.AssignedTo)] = WithSubmitted(new Totals());
                break;
        }

        Totals WithSubmitted(Totals totals) =>
            totals with
            {
                Submitted = row.Leads,
                ContactDue = row.Due,
                ContactInTime = row.InTime,
            };
    }

    private void Take(ContactsRow row) =>
        Group(
            row.Grouped,
            row.Step,
            row.AssignedTo,
            totals =>
                totals with
                {
                    ReachedOut = row.Leads,
                    Median = Time(row.Times, 0),
                    NinetiethPercentile = Time(row.Times, 1),
                }
        );

    private void Take(OutcomesRow row) =>
        Group(
            row.Grouped,
            row.Step,
            row.AssignedTo,
            totals =>
                WireName.Parse<LeadStage>(row.Outcome) switch
                {
                    LeadStage.Retained => totals with { Retained = row.Leads },
                    LeadStage.Declined => totals with { Declined = row.Leads },
                    _ => totals with { Lost = row.Leads },
                }
        );

    // The bits of grouping() over step and owner.
    private void Group(int grouped, int? step, Guid? assignedTo, Func<Totals, Totals> with)
    {
        switch (grouped)
        {
            case 0b11:
                _totals = with(_totals);
                break;
            case 0b01:
                Step(step) = with(Step(step));
                break;
            case 0b10:
                _people[Key(assignedTo)] = with(_people.GetValueOrDefault(Key(assignedTo)) ?? new Totals());
                break;
        }
    }

    private static Totals Of(TotalsRow row) =>
        new()
        {
            Submitted = row.Submitted,
            ContactDue = row.ContactDue,
            ContactInTime = row.ContactInTime,
            ReachedOut = row.ReachedOut,
            Median = Time(row.Times, 0),
            NinetiethPercentile = Time(row.Times, 1),
            Retained = row.Retained,
            Declined = row.Declined,
            Lost = row.Lost,
            MailFailed = row.MailFailed,
        };

    /// <summary>Active attorneys whatever they did, and everybody else who has or had something to do with these leads.</summary>
    private List<PersonFigures> People(List<PersonRow> users, Dictionary<Guid, long> open)
    {
        var people = new List<PersonFigures>();
        foreach (var user in users)
            if (
                scope is ReportScope.WholeFirm && user.IsAttorney
                || scope is ReportScope.Of(var one) && one == user.Id
                || scope is ReportScope.InSightOf(var self) && self == user.Id
                || _people.ContainsKey(user.Id)
                || open.ContainsKey(user.Id)
            )
                people.Add(
                    new(
                        user.Id,
                        user.FullName,
                        _people.GetValueOrDefault(user.Id) ?? new Totals(),
                        open.GetValueOrDefault(user.Id),
                        user.IsAttorney ? user.Capacity : null,
                        !user.IsAttorney ? Presence.NoAttorney
                            : user.AwayUntil > now ? Presence.Away
                            : user.Available ? Presence.Here
                            : Presence.Unavailable,
                        user.AwayUntil > now ? user.AwayUntil : null
                    )
                );
        if (_people.ContainsKey(Guid.Empty) || open.ContainsKey(Guid.Empty))
            people.Add(
                new(
                    null,
                    "Nobody yet",
                    _people.GetValueOrDefault(Guid.Empty) ?? new Totals(),
                    open.GetValueOrDefault(Guid.Empty),
                    null,
                    Presence.NoAttorney,
                    null
                )
            );
        return people;
    }

    private static List<GroupFigures> Sorted(IEnumerable<GroupFigures> groups) =>
        [
            .. groups
                .OrderByDescending(group => group.Submitted)
                .ThenBy(group => group.Name is null)
                .ThenBy(group => group.Name, StringComparer.OrdinalIgnoreCase),
        ];

    private static TimeSpan? Time(double[]? times, int at) => times is null ? null : TimeSpan.FromSeconds(times[at]);

    // width_bucket counts from 1.
    private ref Totals Step(int? step) => ref _steps[step!.Value - 1];

    private static Guid Key(Guid? person) => person ?? Guid.Empty;
}
