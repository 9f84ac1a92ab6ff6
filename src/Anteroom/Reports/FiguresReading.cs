using Npgsql;

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
        await EachAsync(() => TakeSubmitted(statuses, sources, areas), cancellation);
        await EachAsync(TakeContacts, cancellation);
        await EachAsync(TakeOutcome, cancellation);

        var failures = new List<MailFailures>();
        await EachAsync(() => failures.Add(new(reader.GetString(0), reader.GetInt64(1))), cancellation);
        _totals = _totals with { MailFailed = failures.Sum(failure => failure.Emails) };

        var before = new Totals();
        await EachAsync(() => before = TotalsRow(), cancellation);

        var users = new List<Person>();
        await EachAsync(() => users.Add(PersonRow()), cancellation);

        var all = new Dictionary<LeadStatus, long>();
        var open = new Dictionary<Guid, long>();
        await EachAsync(() => TakeStanding(all, open), cancellation);

        var names = users.ToDictionary(user => user.Id, user => user.Name);
        var waiting = new List<WaitingLead>();
        await EachAsync(() => waiting.Add(WaitingRow(names)), cancellation);
        var notYet = 0L;
        await EachAsync(() => notYet = reader.GetInt64(0), cancellation);

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
            Colleagues = [.. users.Select(user => new Colleague(user.Id, user.Name, user.IsAttorney))],
            Sources = Sorted(sources),
            PracticeAreas = Sorted(areas),
            People = People(users, open),
            Waiting = Math.Max(0, all.GetValueOrDefault(LeadStatus.Registered) - notYet),
            WaitingLongest = waiting,
            MailFailures = failures,
        };
    }

    private async Task EachAsync(Action row, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation))
            row();
        await reader.NextResultAsync(cancellation);
    }

    // The bits of grouping(): set for each column that a row is not grouped by, the first column's bit the highest.
    private void TakeSubmitted(
        Dictionary<LeadStatus, long> statuses,
        List<GroupFigures> sources,
        List<GroupFigures> areas
    )
    {
        var (leads, reached, retained) = (reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8));
        switch (reader.GetInt32(0))
        {
            case 0b11111:
                _totals = WithSubmitted(_totals);
                break;
            case 0b01111:
                _steps[reader.GetInt32(1) - 1] = WithSubmitted(_steps[reader.GetInt32(1) - 1]);
                break;
            case 0b10111:
                statuses[LeadStatus.Parse(reader.GetString(2))] = leads;
                break;
            case 0b11011:
                sources.Add(new(Text(3), leads, reached, retained));
                break;
            case 0b11101:
                areas.Add(new(Text(4), leads, reached, retained));
                break;
            case 0b11110:
                _people[Id(5)] = WithSubmitted(new Totals());
                break;
        }

        Totals WithSubmitted(Totals totals) =>
            totals with
            {
                Submitted = leads,
                ContactDue = reader.GetInt64(9),
                ContactInTime = reader.GetInt64(10),
            };
    }

    private void TakeContacts()
    {
        switch (reader.GetInt32(0))
        {
            case 0b11:
                _totals = WithContacts(_totals);
                break;
            case 0b01:
                _steps[reader.GetInt32(1) - 1] = WithContacts(_steps[reader.GetInt32(1) - 1]);
                break;
            case 0b10:
                _people[Id(2)] = WithContacts(_people.GetValueOrDefault(Id(2)) ?? new Totals());
                break;
        }

        Totals WithContacts(Totals totals)
        {
            var (median, ninetieth) = TimesAt(4);
            return totals with { ReachedOut = reader.GetInt64(3), Median = median, NinetiethPercentile = ninetieth };
        }
    }

    private void TakeOutcome()
    {
        var (outcome, leads) = (WireName.Parse<LeadStage>(reader.GetString(1)), reader.GetInt64(4));
        switch (reader.GetInt32(0))
        {
            case 0b11:
                _totals = With(_totals);
                break;
            case 0b01:
                _steps[reader.GetInt32(2) - 1] = With(_steps[reader.GetInt32(2) - 1]);
                break;
            case 0b10:
                _people[Id(3)] = With(_people.GetValueOrDefault(Id(3)) ?? new Totals());
                break;
        }

        Totals With(Totals totals) =>
            outcome switch
            {
                LeadStage.Retained => totals with { Retained = leads },
                LeadStage.Declined => totals with { Declined = leads },
                _ => totals with { Lost = leads },
            };
    }

    private Totals TotalsRow()
    {
        var (median, ninetieth) = TimesAt(4);
        return new Totals
        {
            Submitted = reader.GetInt64(0),
            ContactDue = reader.GetInt64(1),
            ContactInTime = reader.GetInt64(2),
            ReachedOut = reader.GetInt64(3),
            Median = median,
            NinetiethPercentile = ninetieth,
            Retained = reader.GetInt64(5),
            Declined = reader.GetInt64(6),
            Lost = reader.GetInt64(7),
            MailFailed = reader.GetInt64(8),
        };
    }

    private sealed record Person(
        Guid Id,
        string Name,
        bool IsAttorney,
        bool Available,
        DateTimeOffset? AwayUntil,
        int Capacity
    );

    private Person PersonRow() =>
        new(
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetBoolean(2),
            reader.GetBoolean(3),
            Instant(4),
            reader.GetInt32(5)
        );

    private void TakeStanding(Dictionary<LeadStatus, long> all, Dictionary<Guid, long> open)
    {
        var (person, status, leads) = (Id(0), LeadStatus.Parse(reader.GetString(1)), reader.GetInt64(2));
        all[status] = all.GetValueOrDefault(status) + leads;
        if (status.IsOpen)
            open[person] = open.GetValueOrDefault(person) + leads;
    }

    private WaitingLead WaitingRow(Dictionary<Guid, string> names) =>
        new(
            reader.GetInt64(0),
            $"{reader.GetString(1)} {reader.GetString(2)}",
            Text(3),
            names.GetValueOrDefault(Id(4)),
            Instant(5)!.Value
        );

    /// <summary>Active attorneys whatever they did, and everybody else who has or had something to do with these leads.</summary>
    private List<PersonFigures> People(List<Person> users, Dictionary<Guid, long> open)
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
                        user.Name,
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

    private (TimeSpan? Median, TimeSpan? Ninetieth) TimesAt(int column) =>
        !reader.IsDBNull(column) && reader.GetFieldValue<double[]>(column) is [var median, var ninetieth]
            ? (TimeSpan.FromSeconds(median), TimeSpan.FromSeconds(ninetieth))
            : (null, null);

    private Guid Id(int column) => reader.IsDBNull(column) ? Guid.Empty : reader.GetGuid(column);

    private string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private DateTimeOffset? Instant(int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
