using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Recognizes errors that mean a lead was changed, erased or merged during a write.</summary>
internal static class LeadGone
{
    /// <summary>The row changed between read and write, or was erased or merged.</summary>
    public static bool IsLeadGoneOrChanged(this DbUpdateException error) =>
        error is DbUpdateConcurrencyException || error.IsLeadGone();

    /// <summary>The write refers to a lead that no longer exists.</summary>
    public static bool IsLeadGone(this DbUpdateException error) =>
        error.InnerException is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation };
}
