using System.Data;
using Anteroom.Accounts;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>The owner of a lead as emails name one.</summary>
/// <param name="Id">The user.</param>
/// <param name="FullName">What prospects see.</param>
/// <param name="Email">Null: cannot be notified.</param>
/// <param name="Language">The language that they have chosen, by its wire name; null for none.</param>
/// <param name="TimeZone">The time zone that they have chosen; null for none.</param>
internal sealed record Owner(Guid Id, string FullName, string? Email, string? Language = null, string? TimeZone = null)
{
    /// <summary>What is said to them, in their language.</summary>
    public string In(Func<string> say) => Languages.OrEnglish(Language).In(say);

    /// <summary>The columns that <see cref="Read"/> expects beside those of <see cref="LeadBrief"/>, of a joined <c>users</c>.</summary>
    public const string Columns =
        "users.id as owner_id, users.full_name as owner_name, users.email as owner_email, users.language as owner_language, users.time_zone as owner_zone";

    /// <summary>The user as an owner; null for nobody.</summary>
    public static Owner? Of(User? user) =>
        user is null ? null : new Owner(user.Id, user.FullName, user.Email, user.Language?.ToWire(), user.TimeZone);

    /// <summary>Reads the owner; null when the lead has none.</summary>
    public static Owner? Read(NpgsqlDataReader reader) =>
        reader.IsDBNull("owner_id")
            ? null
            : new(
                reader.GetGuid("owner_id"),
                reader.GetString("owner_name"),
                reader["owner_email"] as string,
                reader["owner_language"] as string,
                reader["owner_zone"] as string
            );
}
