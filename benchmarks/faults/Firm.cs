using System.Net;

namespace Anteroom.Faults;

/// <summary>A firm in full work for the long rows: leads come in, are given out, and are reached out to after seconds.</summary>
internal sealed class Firm : IAsyncDisposable
{
    /// <summary>Of emails; work has the same.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    /// <summary>How many submit at once.</summary>
    public const int Prospects = 4;

    private const int Connections = 4;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private static readonly Dictionary<string, string> Settings = new(StringComparer.Ordinal)
    {
        ["Mail__Lease"] = Lease.ToString(),
        ["Work__Lease"] = Lease.ToString(),
        ["Firm__NotifyAddresses"] = "desk@firm.example",
        ["Outreach__Assign"] = "true",
        ["Outreach__After"] = "00:00:02",
        // Every lead is to be reached out to by who has it, however long it has to wait for one.
        ["Outreach__InFirmsName"] = "false",
    };

    private readonly Stage _stage;
    private readonly CancellationTokenSource _enough = new();

    private readonly Dictionary<string, string> _settings;

    private Firm(Stage stage, Dictionary<string, string> settings, AppProcess web) =>
        (_stage, _settings, Web) = (stage, settings, web);

    /// <summary>The node that stays.</summary>
    public AppProcess Web { get; }

    /// <summary>Opens it on a database server, a mail server and one node.</summary>
    /// <param name="stage">Where.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="settings">Of its nodes, beside the usual ones.</param>
    public static async Task<Firm> OpenAsync(
        Stage stage,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, string>? settings = null
    )
    {
        if (!stage.HasPostgres)
            await stage.StartPostgresAsync(cancellation);
        await stage.StartMailAsync(TimeSpan.FromMilliseconds(5), cancellation);
        var all = new Dictionary<string, string>(Settings, StringComparer.Ordinal);
        foreach (var (name, value) in settings ?? all)
            all[name] = value;
        var firm = new Firm(stage, all, await stage.StartAsync("web", cancellation, all));
        await stage.AddAttorneysAsync(3, cancellation);
        return firm;
    }

    public AppProcess Begin(string role) => _stage.Begin(role, _settings);

    /// <summary>Prospects submit until <see cref="CloseAsync"/>.</summary>
    public Task<IReadOnlyDictionary<int, int>[]> SubmitAsync(Func<int, IPEndPoint> node, TimeSpan? pause = null) =>
        Task.WhenAll(
            Enumerable
                .Range(0, Prospects)
                .Select(_ => _stage.Door.KeepSubmittingAsync(node, pause ?? Pause, _enough.Token))
        );

    /// <summary>Waits until everything is done, and counts.</summary>
    /// <param name="load">Of <see cref="SubmitAsync"/>.</param>
    /// <param name="faults">How many there were: each may send one message a connection twice.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="gateway">How many answers may be a balancer's own, of requests that a node died with.</param>
    public async Task<Outcome> CloseAsync(
        Task<IReadOnlyDictionary<int, int>[]> load,
        int faults,
        CancellationToken cancellation,
        int gateway = 0
    )
    {
        await _enough.CancelAsync();
        var others = await load;
        _stage.Begin("worker", _settings); // in case that nobody is left
        var outcome = new Outcome
        {
            Recovery = await _stage.UntilAsync(
                """
                select not exists (select from leads where status <> 'reached_out')
                    and not exists (select from emails where state in ('queued', 'sending'))
                    and not exists (select from work where state in ('queued', 'working'))
                """,
                cancellation
            ),
        };
        outcome.Require(
            gateway > 0
                ? others.Sum(each => each.Values.Sum()) <= gateway
                    && others.All(each => each.Keys.All(status => status is 502))
                : others.All(each => each.Keys.All(status => status is 0 or 503)),
            $"answers: {string.Join(", ", others.SelectMany(each => each))}"
        );
        await _stage.CountLeadsAsync(outcome, cancellation);
        await _stage.CountMailAsync(outcome, cancellation);
        outcome.Detail = $"{outcome.Twice} second copies of a Message-ID";
        outcome.Require(outcome.Twice <= faults * Connections, outcome.Detail);
        outcome.Require(outcome.Acknowledged > 0, "nobody submitted anything");
        // Nobody was given to two, nobody was forgotten, and everybody got each email once.
        var wrong = await _stage.ValueAsync<string[]>(
            """
            select array(
                select 'lead ' || number from leads where assigned_to is null or reached_out_by is distinct from assigned_to
                    or 1 <> (select count(*) from activities where lead_id = leads.id and kind = 'assigned')
                    or 1 <> (select count(*) from activities where lead_id = leads.id and kind = 'status_changed')
                union all
                select 'emails of lead ' || number from leads where exists (
                    select from unnest(array['confirmation', 'notification', 'assigned', 'welcome']) kinds (kind)
                    where 1 <> (select count(*) from emails where lead_id = leads.id and emails.kind = kinds.kind and state = 'sent')))
            """,
            cancellation
        );
        outcome.Require(wrong.Length == 0, string.Join(", ", wrong.Take(10)));
        return outcome;
    }

    public ValueTask DisposeAsync()
    {
        _enough.Dispose();
        return ValueTask.CompletedTask;
    }
}
