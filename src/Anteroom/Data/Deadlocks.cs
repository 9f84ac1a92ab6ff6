using Npgsql;

namespace Anteroom.Data;

/// <summary>
/// Two transactions may hold what the other wants; the database then lets one of them go first and fails the other, which has changed
/// nothing and is tried again.
/// </summary>
internal static class Deadlocks
{
    private const int Tries = 3;

    /// <summary>Runs a whole transaction, up to three times.</summary>
    public static async Task<T> RetryAsync<T>(Func<Task<T>> transaction)
    {
        for (var tries = 1; ; tries++)
            try
            {
                return await transaction();
            }
            catch (Exception error) when (tries < Tries && IsOne(error)) { }
    }

    private static bool IsOne(Exception error) =>
        (error as PostgresException ?? error.InnerException as PostgresException)?.SqlState
            is PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.SerializationFailure;
}
