using Npgsql;

namespace Anteroom.Reports;

/// <summary>Puts the answers of the four statements together, in their order.</summary>
internal sealed class DashboardReading(
    NpgsqlDataReader reader,
    ReportPeriod period,
    ReportScope scope,
    ReportPeriod today,
    ReportPeriod trend,
    Stretches stretches,
    DateTimeOffset now
)
{
    private readonly Dictionary<int, Row> _stretches = [];
    private readonly Dictionary<LeadStatus, long> _statuses = [];
    private readonly List<GroupFigures> _sources = [];
    private readonly Dictionary<Guid, Totals> _people = []; // nobody has the key Guid.Empty

    private sealed record Row(long Leads, long Reached, long InTime, long Excused, long Retained);

    public async Task<DashboardFigures> RunAsync(CancellationToken cancellation)
    {
        await EachAsync(TakeSubmitted, cancellation);

        var contacts = new ContactTimes();
        await EachAsync(
            () =>
                contacts.Add(
                    reader.IsDBNull(0) ? null : reader.GetInt32(0),
                    reader.GetInt64(1),
                    reader.IsDBNull(2) ? null : reader.GetFieldValue<double[]>(2)
                ),
            cancellation
        );

        var (registered, fresh, notDue) = (0L, 0L, 0L);
        var waiting = new List<(WaitingLead Lead, Guid? Person)>();
        await EachAsync(
            () =>
            {
                (registered, fresh, notDue) = (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
                if (!reader.IsDBNull(3))
                    waiting.Add((WaitingRow(), reader.IsDBNull(7) ? null : reader.GetGuid(7)));
            },
            cancellation
        );

        var names = new Dictionary<Guid, string>();
        var people = new List<PersonFigures>();
        PersonFigures? nobody = null;
        await EachAsync(
            () =>
            {
                if (!reader.IsDBNull(0))
                    names[reader.GetGuid(0)] = reader.GetString(1);
                if (PersonRow() is { User: not null } person)
                    people.Add(person);
                else if (reader.IsDBNull(0))
                    nobody = Figures(null, "Nobody yet", null, Presence.NoAttorney, null, reader.GetInt64(6));
            },
            cancellation
        );
        if (nobody is null && _people.ContainsKey(Guid.Empty))
            nobody = Figures(null, "Nobody yet", null, Presence.NoAttorney, null, 0);
        if (nobody is not null)
            people.Add(nobody);

        var all = Sum(period.From, period.To);
        return new DashboardFigures
        {
            Period = period,
            At = now,
            Today = Sum(today.From, today.To).Leads,
            Registered = registered,
            Waiting = Math.Max(0, registered - fresh),
            WaitingLongest =
            [
                .. waiting.Select(each =>
                    each.Lead with
                    {
                        AssignedTo = each.Person is { } person ? names.GetValueOrDefault(person) : null,
                    }
                ),
            ],
            Submitted = all.Leads,
            Reached = all.Reached,
            ContactDue = Math.Max(0, all.Leads - all.Excused - notDue),
            ContactInTime = all.InTime,
            Median = contacts.At(0.5),
            NinetiethPercentile = contacts.At(0.9),
            TimesAreRounded = contacts.AreRounded,
            Statuses = _statuses,
            Sources =
            [
                .. _sources
                    .OrderByDescending(source => source.Submitted)
                    .ThenBy(source => source.Name, StringComparer.Ordinal),
            ],
            People = people,
            Trend = Trend(),
            TrendStepName = trend.StepName,
        };
    }

    private async Task EachAsync(Action row, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation))
            row();
        await reader.NextResultAsync(cancellation);
    }

    // The bits of grouping(): set for each column that a row is not grouped by, the first column's bit the highest.
    private void TakeSubmitted()
    {
        var row = new Row(
            reader.GetInt64(5),
            reader.GetInt64(6),
            reader.GetInt64(7),
            reader.GetInt64(8),
            reader.GetInt64(9)
        );
        if (row.Leads == 0)
            return;
        switch (reader.GetInt32(0))
        {
            case 0b0111:
                _stretches[reader.GetInt32(1)] = row;
                break;
            case 0b1011:
                _statuses[LeadStatus.Parse(reader.GetString(2))] = row.Leads;
                break;
            case 0b1101:
                _sources.Add(new(reader.GetString(3), row.Leads, row.Reached, row.Retained));
                break;
            case 0b1010:
                TakePerson(reader.IsDBNull(4) ? Guid.Empty : reader.GetGuid(4), row.Leads);
                break;
        }
    }

    private void TakePerson(Guid person, long leads)
    {
        var sum = _people.GetValueOrDefault(person) ?? new Totals();
        var status = LeadStatus.Parse(reader.GetString(2));
        _people[person] = sum with
        {
            Submitted = sum.Submitted + leads,
            ReachedOut = sum.ReachedOut + (status.IsReached ? leads : 0),
            Retained = sum.Retained + (status.Stage == LeadStage.Retained ? leads : 0),
        };
    }

    private WaitingLead WaitingRow() =>
        new(
            reader.GetInt64(3),
            $"{reader.GetString(4)} {reader.GetString(5)}",
            reader.IsDBNull(6) ? null : reader.GetString(6),
            AssignedTo: null,
            reader.GetFieldValue<DateTimeOffset>(8)
        );

    /// <summary>Active attorneys whatever they do, and everybody else who has leads; restricted ones see themselves.</summary>
    private PersonFigures? PersonRow()
    {
        if (reader.IsDBNull(0))
            return null;
        var (id, open, isAttorney) = (reader.GetGuid(0), reader.GetInt64(6), reader.GetBoolean(2));
        var isShown = scope switch
        {
            ReportScope.Of(var one) => one == id,
            ReportScope.InSightOf(var self) => self == id,
            _ => isAttorney || open > 0 || _people.ContainsKey(id),
        };
        if (!isShown)
            return null;
        DateTimeOffset? away = reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4);
        return Figures(
            id,
            reader.GetString(1),
            isAttorney ? reader.GetInt32(5) : null,
            !isAttorney ? Presence.NoAttorney
                : away > now ? Presence.Away
                : reader.GetBoolean(3) ? Presence.Here
                : Presence.Unavailable,
            away > now ? away : null,
            open
        );
    }

    private PersonFigures Figures(
        Guid? id,
        string name,
        int? capacity,
        Presence presence,
        DateTimeOffset? awayUntil,
        long open
    )
    {
        var totals = _people.GetValueOrDefault(id ?? Guid.Empty) ?? new Totals();
        return new(id, name, totals, open, capacity, presence, awayUntil);
    }

    private Row Sum(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = stretches.Between(from, to);
        var sum = new Row(0, 0, 0, 0, 0);
        for (var stretch = first; stretch <= last; stretch++)
            if (_stretches.GetValueOrDefault(stretch) is { } row)
                sum = new(
                    sum.Leads + row.Leads,
                    sum.Reached + row.Reached,
                    sum.InTime + row.InTime,
                    sum.Excused + row.Excused,
                    sum.Retained + row.Retained
                );
        return sum;
    }

    private List<TrendStep> Trend()
    {
        var steps = trend.Steps();
        var result = new List<TrendStep>(steps.Count);
        for (var i = 0; i < steps.Count; i++)
        {
            var to = i + 1 < steps.Count ? steps[i + 1].From : trend.To;
            result.Add(
                new(
                    LocalDays.DayOf(steps[i].From, trend.Zone),
                    LocalDays.DayOf(to.AddTicks(-1), trend.Zone),
                    steps[i],
                    Sum(steps[i].From, to).Leads
                )
            );
        }

        return result;
    }
}
