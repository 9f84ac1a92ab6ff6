using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Tells that a lead went away, or became another, while something was written about it.</summary>
internal static class LeadGone
{
    /// <summary>Somebody committed a change of the row between read and write, or the row is gone: erased or merged.</summary>
    public static bool IsLeadGoneOrChanged(this DbUpdateException error) =>
        error is DbUpdateConcurrencyException || error.IsLeadGone();

    /// <summary>What was written refers to a lead that no longer exists.</summary>
    public static bool IsLeadGone(this DbUpdateException error) =>
        error.InnerException is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation };
}
