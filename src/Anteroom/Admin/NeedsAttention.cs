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

    /// <summary>Reads it.</summary>
    public async Task<NeedsAttention> RunAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
            select (select count(*) from (select from outbox where state = 'failed' limit {Most}) mails),
                (select count(*) from (select from work where state = 'failed' limit {Most}) works),
                (select count(*) from users where active and password_hash is null and not sample),
                (select count(*) from users where active and lockout_end > $1),
                exists (select from conditions where name = 'nobody_available'),
                (select count(*) from conditions where detail is not null),
                (select count(*) from api_tokens where expires_at between $1 and $2),
                (select count(*) from leads where sample)
            """
        );
        var now = time.GetUtcNow();
        command.Parameters.Add(Data.Sql.Value(now));
        command.Parameters.Add(Data.Sql.Value(now.AddDays(7)));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new(
            reader.GetInt64(0),
            reader.GetInt64(1),
            reader.GetInt64(2),
            reader.GetInt64(3),
            reader.GetBoolean(4),
            reader.GetInt64(5),
            reader.GetInt64(6),
            reader.GetInt64(7),
            settings.Unfit.Count
        );
    }
}
