using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>A test email and what became of it.</summary>
public sealed record TestMail(string To, EmailState State, DateTimeOffset At, string? Error);

/// <summary>How far a new firm has come. Everything is read from what is there, not from what was clicked.</summary>
/// <param name="FirmIsNamed">The firm has a name of its own.</param>
/// <param name="AttorneyIsThere">Somebody can take leads, or is invited.</param>
/// <param name="Mail">The last test email; null when none was sent.</param>
/// <param name="LeadCameIn">A prospect, or somebody who tried it, has sent the form.</param>
public sealed record FirstStepsState(bool FirmIsNamed, bool AttorneyIsThere, TestMail? Mail, bool LeadCameIn)
{
    /// <summary>How many steps there are.</summary>
    public const int Count = 4;

    /// <summary>A test email has gone out.</summary>
    public bool MailGoesOut => Mail is { State: EmailState.Sent };

    /// <summary>How many steps are done.</summary>
    public int Done => (FirmIsNamed ? 1 : 0) + (AttorneyIsThere ? 1 : 0) + (MailGoesOut ? 1 : 0) + (LeadCameIn ? 1 : 0);

    /// <summary>Nothing is left to do.</summary>
    public bool IsFinished => Done == Count;
}

/// <summary>What an administrator does first in a new firm.</summary>
public sealed class FirstSteps(
    NpgsqlDataSource database,
    EmailWriter emails,
    ChangeSettings settings,
    AuditLog audit,
    WorkSignal signal,
    IOptions<FirmOptions> firm,
    IOptions<PanelOptions> panel,
    TimeProvider time
)
{
    private sealed record Row(
        bool HasAttorney,
        bool HasLead,
        string? ToAddress,
        string? State,
        DateTimeOffset? CreatedAt,
        string? LastError
    );

    /// <summary>The firm's progress; null once they were dismissed. One statement, or none.</summary>
    public async Task<FirstStepsState?> ReadAsync(CurrentUser by, CancellationToken cancellation)
    {
        if (panel.Value.FirstStepsDismissed)
            return null;
        var row = await database.QueryOneAsync<Row>(
            """
            with tests as materialized (
                select id, to_address, state, created_at, last_error from emails where lead_id is null and kind = 'test'
            )
            select exists (select from users where role = 'attorney' and active and not sample) has_attorney,
                exists (select from leads where not sample) has_lead,
                to_address, state, created_at, last_error
            from (values (1)) one left join (select * from tests order by id desc limit 1) last on true
            """,
            cancellation
        );
        var state = new FirstStepsState(
            firm.Value.Name != new FirmOptions().Name,
            row!.HasAttorney,
            row.ToAddress is null
                ? null
                : new(row.ToAddress, WireName.Parse<EmailState>(row.State!), row.CreatedAt!.Value, row.LastError),
            row.HasLead
        );

        // Shown once more, finished; from then on no page asks.
        if (state.IsFinished)
            await settings.SetOwnAsync(PanelOptions.DismissedKey, "true", by, cancellation);
        return state;
    }

    /// <summary>The steps were dismissed.</summary>
    public Task DismissAsync(CurrentUser by, CancellationToken cancellation) =>
        settings.SetOwnAsync(PanelOptions.DismissedKey, "true", by, cancellation);

    /// <summary>Sends a test to the administrator, through the outbox as any other email; the address.</summary>
    public async Task<string> SendTestAsync(CurrentUser by, CancellationToken cancellation)
    {
        string to;
        await using (var whose = database.CreateCommand("select email from users where id = $1"))
        {
            whose.Parameters.Add(Sql.Value(by.Id));
            to = (string)(await whose.ExecuteScalarAsync(cancellation))!;
        }

        var now = Sql.Instant(time.GetUtcNow());
        await using var batch = database.CreateBatch();
        batch.Queue(
            emails.Write(
                EmailKind.Test,
                new Mailbox(to, by.FullName, by.Language?.ToWire()),
                new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["firm"] = firm.Value.Name,
                    ["name"] = by.FullName,
                    ["link"] = $"{firm.Value.PublicUrl?.TrimEnd('/')}/admin",
                },
                now
            )
        );
        audit.Write(batch, AuditKind.SettingsChanged, "sent themselves a test email", by: by);
        await batch.ExecuteNonQueryAsync(cancellation);
        signal.Poke(WorkSignal.Emails);
        return to;
    }
}
