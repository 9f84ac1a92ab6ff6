using static Anteroom.Reports.DayQueries;
using static Anteroom.Reports.FigureQueries;

namespace Anteroom.Reports;

/// <summary>Adds up what the statements of <see cref="ReadFigures"/> say: leads, sums of days, and what has changed about these.</summary>
internal sealed class FigureSums(IReadOnlyList<PeriodStep> steps)
{
    private readonly Tally[] _steps = [.. steps.Select(_ => new Tally())];
    private readonly DateTimeOffset[] _begins = [.. steps.Select(step => step.From)];
    private readonly Dictionary<Guid, Tally> _people = [];
    private readonly Dictionary<(string Part, string Name), GroupFigures> _groups = [];

    public Tally Total { get; } = new();

    public Tally Before { get; } = new();

    public IReadOnlyList<Tally> Steps => _steps;

    /// <summary>Whoever had something to do with the leads of the period; nobody is <see cref="ReportDay.Nobody"/>.</summary>
    public Dictionary<Guid, Totals> People() =>
        _people.Where(pair => !pair.Value.IsEmpty).ToDictionary(pair => pair.Key, pair => pair.Value.ToTotals());

    /// <summary>The leads submitted in the period, by <c>status</c>, <c>source</c> or <c>practice_area</c>, most first.</summary>
    public List<GroupFigures> Groups(string part) =>
        [
            .. _groups
                .Where(pair => pair.Key.Part == part && pair.Value.Submitted != 0)
                .Select(pair => pair.Value)
                .OrderByDescending(group => group.Submitted)
                .ThenBy(group => group.Name is null)
                .ThenBy(group => group.Name, StringComparer.OrdinalIgnoreCase),
        ];

    // The bits of grouping() over step, status, source, practice area and owner.
    public void Add(SubmittedRow row)
    {
        switch (row.Grouped)
        {
            case 0b01111:
                foreach (var tally in At(row.Step!.Value))
                    Submitted(tally);
                break;
            case 0b10111:
                Group("status", row.Status!.ToWire());
                break;
            case 0b11011:
                Group("source", row.Source);
                break;
            case 0b11101:
                Group("practice_area", row.PracticeArea);
                break;
            case 0b11110:
                Submitted(Of(row.AssignedTo));
                break;
        }

        void Submitted(Tally tally)
        {
            tally.Submitted += row.Leads;
            tally.Due += row.Due;
            tally.InTime += row.InTime;
        }

        void Group(string part, string? name) => Add(new PartRow(part, name, row.Leads, row.Reached, row.Retained));
    }

    public void Add(PartRow row)
    {
        var key = (row.Part, row.Name ?? "\0"); // no name is empty in that way
        var group = _groups.GetValueOrDefault(key) ?? new(row.Name, 0, 0, 0);
        _groups[key] = group with
        {
            Submitted = group.Submitted + row.Leads,
            ReachedOut = group.ReachedOut + row.Reached,
            Retained = group.Retained + row.Retained,
        };
    }

    /// <summary>Exact times are of all contacts of a group; the period's own have a row, and their number is that of its steps.</summary>
    public void Add(ContactsRow row)
    {
        if (row is { Grouped: 0b11, Times: { } exact })
            Total.Times.Add(null, 0, exact);
        else
            foreach (var tally in row.Grouped == 0b01 ? At(row.Step!.Value) : [Of(row.AssignedTo)])
            {
                tally.Contacts += row.Leads;
                if (tally != Total || row.Times is null)
                    tally.Times.Add(row.Taken, row.Leads, row.Times);
            }
    }

    public void Add(OutcomesRow row)
    {
        foreach (var tally in row.Grouped == 0b01 ? At(row.Step!.Value) : [Of(row.AssignedTo)])
            switch (WireName.Parse<LeadStage>(row.Outcome))
            {
                case LeadStage.Retained:
                    tally.Retained += row.Leads;
                    break;
                case LeadStage.Declined:
                    tally.Declined += row.Leads;
                    break;
                default:
                    tally.Lost += row.Leads;
                    break;
            }
    }

    public void Add(DayRow row)
    {
        var place = Array.BinarySearch(_begins, row.Begun);
        var step = place < 0 ? ~place : place + 1;
        foreach (var tally in At(step))
            Day(tally);
        if (step > 0)
            Day(Of(row.Owner));

        void Day(Tally tally)
        {
            tally.Submitted += row.Submitted;
            tally.Due += row.Due;
            tally.InTime += row.InTime;
            tally.Contacts += row.Contacts;
            tally.Retained += row.Retained;
            tally.Declined += row.Declined;
            tally.Lost += row.Lost;
            tally.Times.Add(row.Times);
        }
    }

    // width_bucket counts from 1; before the first step is what the period is compared with.
    private Tally[] At(int step) => step == 0 ? [Before] : [Total, _steps[step - 1]];

    private Tally Of(Guid? person)
    {
        var key = person ?? ReportDay.Nobody;
        return _people.TryGetValue(key, out var tally) ? tally : _people[key] = new();
    }

    /// <summary>One column of figures.</summary>
    internal sealed class Tally
    {
        public long Submitted { get; set; }
        public long Due { get; set; }
        public long InTime { get; set; }
        public long Contacts { get; set; }
        public long Retained { get; set; }
        public long Declined { get; set; }
        public long Lost { get; set; }
        public ContactTimes Times { get; } = new();

        public bool IsEmpty => (Submitted, Contacts, Retained, Declined, Lost) == (0, 0, 0, 0, 0);

        public Totals ToTotals(long mailFailed = 0) =>
            new()
            {
                Submitted = Submitted,
                ContactDue = Due,
                ContactInTime = InTime,
                ReachedOut = Contacts,
                Median = Times.At(0.5),
                NinetiethPercentile = Times.At(0.9),
                Retained = Retained,
                Declined = Declined,
                Lost = Lost,
                MailFailed = mailFailed,
            };
    }
}
