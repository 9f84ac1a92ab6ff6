using Anteroom.Data;
using Npgsql;

namespace Anteroom.Accounts;

/// <summary>A user's own language and time zone.</summary>
public sealed class ChooseLanguage(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Saves the choice; null is "as the browser says". False: there is no such time zone.</summary>
    public async Task<bool> RunAsync(Guid user, Language? language, string? timeZone, CancellationToken cancellation)
    {
        if (timeZone is not null && ReadersZone.Find(timeZone) is null)
            return false;
        await using var command = database.CreateCommand(
            "update users set language = $2, time_zone = $3, changed_at = $4 where id = $1"
        );
        command.Parameters.Add(Sql.Value(user));
        command.Parameters.Add(Sql.Value(language?.ToWire()));
        command.Parameters.Add(Sql.Value(timeZone));
        command.Parameters.Add(Sql.Value(time.GetUtcNow()));
        await command.ExecuteNonQueryAsync(cancellation);
        return true;
    }
}
