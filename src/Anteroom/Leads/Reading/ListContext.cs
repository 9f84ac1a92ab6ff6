using System.Text.Json;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>A user to choose from and to name; an attorney only while active, so that leads can be assigned to them.</summary>
public sealed record UserOption(Guid Id, string FullName, bool IsAttorney);

/// <summary>How many leads somebody has in a status.</summary>
public sealed record ListCount(string Status, Guid? Owner, long Leads);

/// <summary>A tag to choose from.</summary>
/// <param name="Name">As it was first written.</param>
/// <param name="Color">The wire name of a <see cref="TagColor"/>.</param>
public sealed record ListTag(string Name, string Color);

/// <summary>Everything around the leads on the list and board.</summary>
/// <param name="Columns">The user's; null when nothing was chosen.</param>
/// <param name="Density">The user's.</param>
/// <param name="Views">The firm's, then the user's own.</param>
/// <param name="People">Everybody, by name.</param>
/// <param name="Counts">Of the leads that the user may see.</param>
/// <param name="Undo">The user's latest change; null when there is none.</param>
/// <param name="Tags">The firm's, by name, at most a few hundred.</param>
public sealed record ListContext(
    string? Columns,
    Density Density,
    IReadOnlyList<SavedView> Views,
    IReadOnlyList<UserOption> People,
    IReadOnlyList<ListCount> Counts,
    ChangeSummary? Undo,
    IReadOnlyList<ListTag> Tags
)
{
    /// <summary>How many leads match a filter by status and owner; null for other filters, which are not counted for a tab.</summary>
    public long? CountOf(LeadFilter filter) =>
        filter.IsCounted
            ? Counts
                .Where(count =>
                    (filter.Statuses.Count == 0 || filter.Statuses.Any(status => status.ToWire() == count.Status))
                    && (filter.AssignedTo is null || filter.AssignedTo == count.Owner)
                    && (!filter.Unassigned || count.Owner is null)
                )
                .Sum(count => count.Leads)
            : null;
}

/// <summary>Reads what surrounds the leads.</summary>
public sealed class ReadListContext(NpgsqlDataSource database, LeadsInSight inSight)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>One statement.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="undo">The user's latest change; null for none.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ListContext> RunAsync(CurrentUser user, Guid? undo, CancellationToken cancellation)
    {
        var row = await database.QueryOneAsync<Row>(
            """
            select
                (select columns from list_settings where user_id = $1) as columns,
                (select density from list_settings where user_id = $1) as density,
                (select coalesce(json_agg(json_build_object(
                        'id', id, 'owner', owner, 'name', name, 'query', query, 'columns', columns, 'position', position)
                        order by owner is not null, position, id), '[]')::text
                    from views where owner is null or owner = $1) as views,
                (select coalesce(json_agg(json_build_object(
                        'id', id, 'fullName', full_name, 'isAttorney', role = 'attorney' and active) order by full_name, number), '[]')::text
                    from users) as people,
                (select coalesce(json_agg(json_build_object('status', status, 'owner', assigned_to, 'leads', leads)), '[]')::text
                    from (select status, assigned_to, sum(leads) leads from lead_counts
                        where $2 or assigned_to is null or assigned_to = $1
                        group by status, assigned_to having sum(leads) <> 0) kept) as counts,
                (select json_build_object('id', id, 'kind', kind, 'became', became, 'changed', changed, 'leftOut', left_out,
                        'restored', restored)::text
                    from undos where id = $3 and user_id = $1) as undo,
                (select coalesce(json_agg(json_build_object('name', name, 'color', colour) order by key), '[]')::text
                    from (select name, colour, key from tags order by key limit 300) tags) as tags
            """,
            cancellation,
            Sql.Value(user.Id),
            Sql.Value(!inSight.IsRestricted(user)),
            Sql.Value(undo)
        );
        return new ListContext(
            row!.Columns,
            row.Density is null ? Density.Compact : WireName.Parse<Density>(row.Density),
            Read<SavedView[]>(row.Views),
            Read<UserOption[]>(row.People),
            Read<ListCount[]>(row.Counts),
            row.Undo is null ? null : Read<ChangeSummary>(row.Undo),
            Read<ListTag[]>(row.Tags)
        );

        static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Format)!;
    }

    // From views on, each is JSON.
    private sealed record Row(
        string? Columns,
        string? Density,
        string Views,
        string People,
        string Counts,
        string? Undo,
        string Tags
    );
}
