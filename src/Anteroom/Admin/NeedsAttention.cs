using Anteroom.Data;
using Anteroom.Firm;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What an administrator should look at.</summary>
/// <param name="MailFailed">Emails that were given up; at most <see cref="ReadAttention.Most"/>.</param>
/// <param name="WorkFailed">Pieces of work that were given up; at most <see cref="ReadAttention.Most"/>.</param>
/// <param name="Invited">Users who have not set a password yet.</param>
/// <param name="Locked">Users who are shut out after wrong passwords.</param>
/// <param name="NobodyAvailable">Leads wait, and no attorney takes them.</param>
/// <param name="Alarms">What an administrator has to see to.</param>
/// <param name="TokensEnding">API tokens that end within a week.</param>
/// <param name="SampleLeads">Sample leads.</param>
/// <param name="UnfitSettings">Stored settings that cannot be used.</param>
public sealed record NeedsAttention(
    long MailFailed,
    long WorkFailed,
    long Invited,
    long Locked,
    bool NobodyAvailable,
    long Alarms,
    long TokensEnding,
    long SampleLeads,
    int UnfitSettings
);

/// <summary>Reads what needs attention: one statement, and quick however much there is.</summary>
public sealed class ReadAttention(NpgsqlDataSource database, KeepSettings settings, TimeProvider time)
{
    /// <summary>Nothing is counted further.</summary>
    public const int Most = 1_000;

    private sealed record Row(
        long MailFailed,
        long WorkFailed,
        long Invited,
        long Locked,
        bool NobodyAvailable,
        long Alarms,
        long TokensEnding,
        long SampleLeads
    );

    /// <summary>Reads it.</summary>
    public async Task<NeedsAttention> RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var row = await database.QueryOneAsync<Row>(
            $"""
            select (select count(*) from (select from outbox where state = 'failed' limit {Most}) mails) mail_failed,
                (select count(*) from (select from work where state = 'failed' limit {Most}) works) work_failed,
                (select count(*) from users where active and password_hash is null and not sample) invited,
                (select count(*) from users where active and lockout_end > $1) locked,
                exists (select from conditions where name = 'nobody_available') nobody_available,
                (select count(*) from conditions where detail is not null) alarms,
                (select count(*) from api_tokens where expires_at between $1 and $2) tokens_ending,
                (select count(*) from leads where sample) sample_leads
            """,
            cancellation,
            Sql.Value(now),
            Sql.Value(now.AddDays(7))
        );
        return new(
            row!.MailFailed,
            row.WorkFailed,
            row.Invited,
            row.Locked,
            row.NobodyAvailable,
            row.Alarms,
            row.TokensEnding,
            row.SampleLeads,
            settings.Unfit.Count
        );
    }
}
