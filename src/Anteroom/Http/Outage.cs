using System.Data.Common;
using System.Net.Sockets;

namespace Anteroom.Http;

/// <summary>Tells an outage (the database or the disk is away; trying again later helps) from a fault of ours.</summary>
public static class Outage
{
    /// <summary>Seconds after which a client is asked to try again (<c>Retry-After</c>, RFC 9110 section 10.2.3).</summary>
    public const int RetryAfterSeconds = 30;

    /// <summary>Whether <paramref name="exception"/>, or what caused it, is an outage.</summary>
    public static bool Is(Exception? exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is StorageUnavailableException or SocketException or TimeoutException)
                return true;
            if (cause is DbException database)
                return IsOutage(database.SqlState);
        }

        return false;
    }

    /// <summary>A sentence for the person who submitted.</summary>
    public static Sentence WhatWasSaved(Exception outage) =>
        outage is OutcomeUnknownException ? "We could not find out whether it was saved." : "Nothing was saved.";

    /// <summary>Marks the answer as temporary, and counts it (<see cref="OutageLog"/>).</summary>
    public static void AskToRetry(HttpContext context, Exception outage)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(
            System.Globalization.CultureInfo.InvariantCulture
        );
        context.RequestServices.GetRequiredService<OutageLog>().Note(outage);
    }

    /// <summary>
    /// No SQLSTATE means that the server was not reached. Of those that it sends, bad data (22), a violated constraint (23)
    /// and a wrong statement (42) are faults of ours that would come again (PostgreSQL manual, appendix A).
    /// </summary>
    private static bool IsOutage(string? sqlState) =>
        sqlState is null
        || !(
            sqlState.StartsWith("22", StringComparison.Ordinal)
            || sqlState.StartsWith("23", StringComparison.Ordinal)
            || sqlState.StartsWith("42", StringComparison.Ordinal)
        );
}
