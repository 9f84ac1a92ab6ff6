using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Reports;

/// <summary>What a run has done.</summary>
/// <param name="Queued">Emails queued by this run.</param>
/// <param name="Quiet">People with nothing to report to.</param>
/// <param name="IsOff">Reports of this kind are switched off.</param>
public sealed record ReportsSent(int Queued, int Quiet, bool IsOff = false)
{
    /// <summary>Nothing done, because a setting says so.</summary>
    public static ReportsSent SwitchedOff { get; } = new(0, 0, IsOff: true);

    /// <summary>One sentence for a list of runs.</summary>
    public override string ToString() =>
        IsOff ? "Switched off in the settings."
        : Quiet == 0 ? $"{ReportWords.Count(Queued, "report")} queued."
        : $"{ReportWords.Count(Queued, "report")} queued; nothing to say to {Quiet}.";
}

/// <summary>Somebody who gets a report.</summary>
/// <param name="User">The user; null for an address that the firm has set (<c>ATTORNEY_EMAIL</c>).</param>
/// <param name="To">The address.</param>
/// <param name="Role">Administrators, and who reads at an address of the firm, get the whole firm's figures, attorneys their own.</param>
/// <param name="LastPeriod">The first day of the period that their last report was about; null for the first report.</param>
internal sealed record Reader(Guid? User, Mailbox To, Role Role, DateOnly? LastPeriod);

/// <summary>
/// Writes a period's reports, each in one transaction with the row that says that it is written: however often and on however many
/// nodes this runs, and wherever it is killed, a person gets one report a period, and none about a period before the last one.
/// </summary>
public sealed partial class SendReports(
    NpgsqlDataSource database,
    ReadFigures read,
    ReportEmails emails,
    WorkSignal signal,
    IOptions<FirmOptions> firm,
    IOptionsMonitor<ReportOptions> options,
    TimeProvider time,
    ILogger<SendReports> logger
)
{
    /// <summary>Queues the reports that are missing.</summary>
    /// <exception cref="AggregateException">Some could not be written; all others are.</exception>
    internal async Task<ReportsSent> RunAsync(EmailKind kind, ReportPeriod period, CancellationToken cancellation)
    {
        var (queued, quiet) = (0, 0);
        Figures? whole = null;
        var problems = new List<Exception>();
        var readers = await UsersAsync(kind, period, cancellation);
        if (options.CurrentValue.ToNotifyAddresses)
            readers.AddRange(await AddressesAsync(kind, period, cancellation));
        foreach (var reader in readers)
        {
            try
            {
                var figures = reader is { Role: Role.Attorney, User: { } attorney }
                    ? await read.RunAsync(period, new ReportScope.Of(attorney), cancellation)
                    : whole ??= await read.RunAsync(period, new ReportScope.WholeFirm(), cancellation);
                var email = IsWorthIt(reader, figures)
                    ? await emails.WriteAsync(kind, reader, figures, cancellation)
                    : null;
                if (!await QueueAsync(kind, period, reader, email, cancellation))
                    continue; // another node has just done it
                if (email is null)
                    quiet++;
                else
                    queued++;
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                Log.NotWritten(logger, problem, kind, reader.User);
                problems.Add(problem);
            }
        }

        if (queued > 0)
            signal.Poke(WorkSignal.Emails);
        if (problems.Count > 0)
            throw new AggregateException($"{problems.Count} of the reports could not be written.", problems);
        return new ReportsSent(queued, quiet);
    }

    /// <summary>
    /// Administrators always get one, so that a report that does not come means something. Attorneys get one when something happened
    /// to their leads or some are open.
    /// </summary>
    private static bool IsWorthIt(Reader reader, Figures figures) =>
        reader.Role == Role.Administrator || !figures.IsQuiet || figures.Open > 0;

    private sealed record ReaderRow(
        Guid Id,
        string Email,
        string FullName,
        string Role,
        DateOnly? Last,
        string? Language,
        string? TimeZone
    );

    private async Task<List<Reader>> UsersAsync(EmailKind kind, ReportPeriod period, CancellationToken cancellation)
    {
        var rows = await database.QueryAsync<ReaderRow>(
            """
            select id, email, full_name, role, last, language, time_zone
            from users left join lateral (
                select max(period_start) last from report_runs where kind = $1 and user_id = users.id) runs on true
            where active and gets_reports and password_hash is not null and email is not null
                and role in ('administrator', 'attorney') and coalesce(last < $2, true)
            order by number
            """,
            cancellation,
            Sql.Value(kind.ToWire()),
            Sql.Value(period.First)
        );
        return rows.ConvertAll(row => new Reader(
            row.Id,
            new Mailbox(row.Email, row.FullName, row.Language, row.TimeZone),
            WireName.Parse<Role>(row.Role),
            row.Last
        ));
    }

    private sealed record AddressRow(string Address, DateOnly? Last);

    /// <summary>
    /// The addresses that the firm has set. Not those of users who get a report of their own, or want none.
    /// </summary>
    private async Task<IEnumerable<Reader>> AddressesAsync(
        EmailKind kind,
        ReportPeriod period,
        CancellationToken cancellation
    )
    {
        var addresses = firm
            .Value.Notify.DistinctBy(Key, StringComparer.Ordinal)
            .ToDictionary(Key, StringComparer.Ordinal);
        if (addresses.Count == 0)
            return [];
        var rows = await database.QueryAsync<AddressRow>(
            """
            select address, last
            from unnest($3) address left join lateral (
                select max(period_start) last from report_copies where kind = $1 and report_copies.address = address.address) copies on true
            where coalesce(last < $2, true) and not exists (
                select from users
                where lower(email) = address.address and active
                    and (not gets_reports or (role in ('administrator', 'attorney') and password_hash is not null)))
            order by address
            """,
            cancellation,
            Sql.Value(kind.ToWire()),
            Sql.Value(period.First),
            Sql.Value(addresses.Keys.ToArray())
        );
        return rows.Select(row => new Reader(User: null, addresses[row.Address], Role.Administrator, row.Last));
    }

    private static string Key(Mailbox mailbox) => mailbox.Address.ToLowerInvariant();

    /// <summary>Writes both rows, or neither; false when the first is there already.</summary>
    private async Task<bool> QueueAsync(
        EmailKind kind,
        ReportPeriod period,
        Reader reader,
        Email? email,
        CancellationToken cancellation
    )
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Waits for another node that is writing the same row, and then does nothing.
        await using var run = new NpgsqlCommand(
            reader.User is null
                ? "insert into report_copies (kind, period_start, address, email_id, at) values ($1, $2, $3, $4, $5) on conflict do nothing"
                : "insert into report_runs (kind, period_start, user_id, email_id, at) values ($1, $2, $3, $4, $5) on conflict do nothing",
            connection,
            transaction
        );
        run.Parameters.Add(Sql.Value(kind.ToWire()));
        run.Parameters.Add(Sql.Value(period.First));
        run.Parameters.Add(reader.User is { } user ? Sql.Value(user) : Sql.Value(Key(reader.To)));
        run.Parameters.Add(Sql.Value(email?.Id));
        run.Parameters.Add(Sql.Value(time.GetUtcNow()));
        if (await run.ExecuteNonQueryAsync(cancellation) == 0)
            return false;

        if (email is not null)
        {
            await using var batch = new NpgsqlBatch(connection, transaction);
            batch.Queue(email);
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Error,
            "The {Kind} for user {UserId} (none: an address of the firm) could not be written."
        )]
        public static partial void NotWritten(ILogger logger, Exception problem, EmailKind kind, Guid? userId);
    }
}
