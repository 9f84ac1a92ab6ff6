using Npgsql;

namespace Anteroom.Tests.App;

/// <summary>What tests ask the database, whoever else works on it.</summary>
public static class Questions
{
    /// <summary>One value.</summary>
    public static async Task<T> ValueAsync<T>(this NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until <paramref name="sql"/>, a yes-or-no question, is true; fails after a generous while.</summary>
    public static async Task WaitUntilAsync(this NpgsqlDataSource database, string sql, int minutes = 1)
    {
        var patience = DateTime.UtcNow.AddMinutes(minutes);
        while (!await database.ValueAsync<bool>(sql))
        {
            Assert.True(DateTime.UtcNow < patience, $"This never became true: {sql}");
            await Task.Delay(20);
        }
    }
}
