using Anteroom.Data;
using Anteroom.Firm;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What an administrator should look at.</summary>
public sealed record NeedsAttention
{
    /// <summary>Emails that were given up; at most <see cref="ReadAttention.Most"/>.</summary>
    public required long MailFailed { get; init; }

    /// <summary>Pieces of work that were given up; at most <see cref="ReadAttention.Most"/>.</summary>
    public required long WorkFailed { get; init; }

    /// <summary>Users who have not set a password yet.</summary>
    public required long Invited { get; init; }

    /// <summary>Users who are shut out after wrong passwords.</summary>
    public required long Locked { get; init; }

    /// <summary>Leads wait, and no attorney takes them.</summary>
    public required bool NobodyAvailable { get; init; }

    /// <summary>What an administrator has to see to.</summary>
    public required long Alarms { get; init; }

    /// <summary>API tokens that end within a week.</summary>
    public required long TokensEnding { get; init; }

    /// <summary>Made-up leads, which somebody may forget to remove.</summary>
    public required long SampleLeads { get; init; }

    /// <summary>Stored settings that cannot be used.</summary>
    public int UnfitSettings { get; init; }
}

/// <summary>Reads what needs attention: one statement, and quick however much there is.</summary>
public sealed class ReadAttention(NpgsqlDataSource database, KeepSettings settings, TimeProvider time)
{
    /// <summary>Nothing is counted further.</summary>
    public const int Most = 1_000;

    /// <summary>Reads it.</summary>
    public async Task<NeedsAttention> RunAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var stored = await database.QueryOneAsync<NeedsAttention>(
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
        return stored! with { UnfitSettings = settings.Unfit.Count };
    }
}
