using Anteroom.Data;
using Npgsql;
using static Anteroom.Reports.DashboardQueries;

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
    private readonly Dictionary<int, Stretch> _stretches = [];
    private readonly Dictionary<LeadStatus, long> _statuses = [];
    private readonly List<GroupFigures> _sources = [];
    private readonly Dictionary<Guid, Totals> _people = []; // nobody has the key Guid.Empty

    private sealed record Stretch(long Leads, long Reached, long InTime, long Excused, long Retained);

    public async Task<DashboardFigures> RunAsync(CancellationToken cancellation)
    {
        foreach (var row in await reader.ReadAllAsync<SubmittedRow>(cancellation))
            Take(row);

        var contacts = new ContactTimes();
        foreach (var (step, leads, exact) in await reader.ReadAllAsync<ContactsRow>(cancellation))
            contacts.Add(step, leads, exact);

        var waiting = await reader.ReadAllAsync<WaitingRow>(cancellation);
        var (registered, fresh, notDue) = waiting is [var first, ..]
            ? (first.Registered, first.Fresh, first.NotDue)
            : (0, 0, 0);

        var names = new Dictionary<Guid, string>();
        var people = new List<PersonFigures>();
        PersonFigures? nobody = null;
        foreach (var row in await reader.ReadAllAsync<PersonRow>(cancellation))
            if (row.Id is not { } id)
                nobody = Figures(null, "Nobody yet", null, Presence.NoAttorney, null, row.Open);
            else
            {
                names[id] = row.FullName!;
                if (IsShown(id, row))
                    people.Add(Person(id, row));
            }

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
                .. waiting
                    .Where(row => row.Number is not null)
                    .Select(row => new WaitingLead(
                        row.Number!.Value,
                        PersonName.Full(row.FirstName!, row.LastName!),
                        row.PracticeArea,
                        row.AssignedTo is { } person ? names.GetValueOrDefault(person) : null,
                        row.CreatedAt!.Value
                    )),
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

    private void Take(SubmittedRow row)
    {
        if (row.Leads == 0)
            return;
        switch (row.Grouped)
        {
            case 0b0111:
                _stretches[row.Stretch!.Value] = new(row.Leads, row.Reached, row.InTime, row.Excused, row.Retained);
                break;
            case 0b1011:
                _statuses[row.Status!] = row.Leads;
                break;
            case 0b1101:
                _sources.Add(new(row.Source, row.Leads, row.Reached, row.Retained));
                break;
            case 0b1010:
                TakePerson(row.AssignedTo ?? Guid.Empty, row.Status!, row.Leads);
                break;
        }
    }

    private void TakePerson(Guid person, LeadStatus status, long leads)
    {
        var sum = _people.GetValueOrDefault(person) ?? new Totals();
        _people[person] = sum with
        {
            Submitted = sum.Submitted + leads,
            ReachedOut = sum.ReachedOut + (status.IsReached ? leads : 0),
            Retained = sum.Retained + (status.Stage == LeadStage.Retained ? leads : 0),
        };
    }

    /// <summary>Active attorneys whatever they do, and everybody else who has leads; restricted ones see themselves.</summary>
    private bool IsShown(Guid id, PersonRow row) =>
        scope switch
        {
            ReportScope.Of(var one) => one == id,
            ReportScope.InSightOf(var self) => self == id,
            _ => row.IsAttorney is true || row.Open > 0 || _people.ContainsKey(id),
        };

    private PersonFigures Person(Guid id, PersonRow row)
    {
        var away = row.AwayUntil > now ? row.AwayUntil : null;
        return Figures(
            id,
            row.FullName!,
            row.IsAttorney is true ? row.Capacity : null,
            row.IsAttorney is not true ? Presence.NoAttorney
                : away is not null ? Presence.Away
                : row.Available is true ? Presence.Here
                : Presence.Unavailable,
            away,
            row.Open
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

    private Stretch Sum(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = stretches.Between(from, to);
        var sum = new Stretch(0, 0, 0, 0, 0);
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
