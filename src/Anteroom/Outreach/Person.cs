using Anteroom.Accounts;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>A user as emails name one.</summary>
/// <param name="Id">The user.</param>
/// <param name="FullName">The name.</param>
/// <param name="Email">Null: cannot be told.</param>
internal sealed record Person(Guid Id, string FullName, string? Email)
{
    /// <summary>The columns that <see cref="ReadAfterLead"/> expects after those of <see cref="LeadBrief"/>.</summary>
    public const string Columns = "users.id, full_name, users.email";

    /// <summary>The user's; null when there is none.</summary>
    public static Person? Of(User? user) => user is null ? null : new Person(user.Id, user.FullName, user.Email);

    /// <summary>Reads the user; null when there is none.</summary>
    public static Person? ReadAfterLead(NpgsqlDataReader reader) =>
        reader.IsDBNull(LeadBrief.Count) ? null : Read(reader, LeadBrief.Count);

    /// <summary>Reads the user.</summary>
    public static Person Read(NpgsqlDataReader reader, int first = 0) =>
        new(
            reader.GetGuid(first),
            reader.GetString(first + 1),
            reader.IsDBNull(first + 2) ? null : reader.GetString(first + 2)
        );
}
