using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace Anteroom.Shared;

/// <summary>What a status means to the rules and to reports.</summary>
public enum LeadStage
{
    /// <summary>Nobody of the firm has been in touch. Only <see cref="LeadStatus.Registered"/>.</summary>
    Waiting,

    /// <summary>The firm and the prospect are talking; entering it is the first contact when there was none.</summary>
    InContact,

    /// <summary>The prospect is a client.</summary>
    Retained,

    /// <summary>The firm said no.</summary>
    Declined,

    /// <summary>The prospect went elsewhere or could not be reached.</summary>
    Lost,
}

/// <summary>
/// Where a lead stands. The way in is <c>registered → reached_out → consultation → retained</c>; <c>declined</c> and <c>lost</c> are
/// the ways out at any point; every later status can be reopened to <c>registered</c>. A new status is one entry of this table: rules,
/// columns, filters, reports, queries and API documents all read it.
/// </summary>
[JsonConverter(typeof(NamedJsonConverter<LeadStatus>))]
public sealed class LeadStatus : INamed<LeadStatus>
{
    private static LeadStatus[] _table = [];

    /// <summary>Submitted; nobody of the firm has been in touch yet.</summary>
    public static readonly LeadStatus Registered = Add(
        new("registered", "Registered", LeadStage.Waiting) { Tone = "warn", Verb = "Reopen" }
    );

    /// <summary>Somebody of the firm has made the first contact.</summary>
    public static readonly LeadStatus ReachedOut = Add(
        new("reached_out", "Reached out", LeadStage.InContact)
        {
            Follows = [Registered],
            Tone = "info",
            Verb = "Mark as reached out",
        }
    );

    /// <summary>A consultation is agreed or has taken place.</summary>
    public static readonly LeadStatus Consultation = Add(
        new("consultation", "Consultation", LeadStage.InContact)
        {
            Follows = [ReachedOut],
            Tone = "violet",
            Verb = "Consultation agreed",
        }
    );

    /// <summary>The firm has taken the prospect on as a client.</summary>
    public static readonly LeadStatus Retained = Add(
        new("retained", "Retained", LeadStage.Retained)
        {
            Follows = [Consultation],
            Tone = "ok",
            Verb = "Mark as retained",
        }
    );

    /// <summary>The firm has declined.</summary>
    public static readonly LeadStatus Declined = Add(
        new("declined", "Declined", LeadStage.Declined) { Verb = "Decline" }
    );

    /// <summary>The prospect went elsewhere or could not be reached.</summary>
    public static readonly LeadStatus Lost = Add(new("lost", "Lost", LeadStage.Lost) { Verb = "Mark as lost" });

    private readonly string _name;
    private readonly string _label;

    internal LeadStatus(string name, string label, LeadStage stage) => (_name, _label, Stage) = (name, label, stage);

    /// <summary>What it means to the rules and to reports.</summary>
    public LeadStage Stage { get; }

    /// <summary>
    /// The statuses that lead here. The first status can be reached from all others, the ways out from all that are not such, whatever
    /// this says.
    /// </summary>
    internal IReadOnlyList<LeadStatus> Follows { get; init; } = [];

    /// <summary>The statuses it leads to, beside those that name it in <see cref="Follows"/>.</summary>
    internal IReadOnlyList<LeadStatus> Precedes { get; init; } = [];

    /// <summary>A color of the style sheet: <c>warn</c>, <c>info</c>, <c>violet</c>, <c>ok</c>, <c>muted</c>.</summary>
    public string Tone { get; init; } = "muted";

    /// <summary>What a button that moves a lead here says.</summary>
    public string Verb { get; init; } = "";

    /// <summary>Whether the firm still has something to do.</summary>
    public bool IsOpen => Stage is LeadStage.Waiting or LeadStage.InContact;

    /// <summary>Whether the lead ended without a client.</summary>
    public bool IsOut => Stage is LeadStage.Declined or LeadStage.Lost;

    /// <summary>Whether the firm has been in touch and has not lost the prospect.</summary>
    public bool IsReached => Stage is LeadStage.InContact or LeadStage.Retained;

    /// <summary>Every status, in the order in which a lead goes through them.</summary>
    public static IReadOnlyList<LeadStatus> All => _table;

    /// <summary>Those of open leads.</summary>
    public static LeadStatus[] Open => [.. _table.Where(status => status.IsOpen)];

    /// <summary>The statuses a lead may move to from here, in order; the first is the natural next one.</summary>
    public IEnumerable<LeadStatus> NextStatuses => _table.Where(MayBecome);

    /// <summary>Whether a lead may move from here to <paramref name="next"/>.</summary>
    public bool MayBecome(LeadStatus next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next.Stage == LeadStage.Waiting ? next != this
            : next.IsOut ? !IsOut
            : next.Follows.Contains(this) || Precedes.Contains(next);
    }

    /// <summary>The name people read: <c>Reached out</c>.</summary>
    public string ToLabel() => _label;

    /// <summary>The name in the database, in the APIs and in addresses: <c>reached_out</c>.</summary>
    public string ToWire() => _name;

    /// <inheritdoc />
    public override string ToString() => _name;

    /// <summary>Reads a wire name exactly as it is written; false when there is no such status.</summary>
    public static bool TryParse(string? name, [NotNullWhen(true)] out LeadStatus? status) =>
        (status = Array.Find(_table, one => one._name == name)) is not null;

    /// <summary>Reads a wire name that we have written ourselves.</summary>
    /// <exception cref="FormatException">There is no such status.</exception>
    public static LeadStatus Parse(string name) =>
        TryParse(name, out var status) ? status : throw new FormatException($"There is no status \"{name}\".");

    /// <summary>The statuses as a list for SQL's <c>in (…)</c>: <c>'registered', 'reached_out'</c>.</summary>
    internal static string Sql(Func<LeadStatus, bool> which) =>
        string.Join(", ", _table.Where(which).Select(status => $"'{status._name}'"));

    /// <summary>The open statuses for SQL's <c>in (…)</c>.</summary>
    internal static string OpenSql => Sql(status => status.IsOpen);

    /// <summary>Enters a status into the table, behind those of its stage. Before anything reads the table.</summary>
    internal static LeadStatus Add(LeadStatus status)
    {
        _table = [.. _table.Append(status).OrderBy(one => one.Stage)];
        return status;
    }
}
