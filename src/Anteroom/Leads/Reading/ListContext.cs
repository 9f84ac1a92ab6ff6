using System.Text.Json;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>A user's name, to choose from and to show.</summary>
/// <param name="Id">The key.</param>
/// <param name="Name">The full name.</param>
/// <param name="TakesLeads">An active attorney: somebody to give leads to.</param>
public sealed record ListOwner(Guid Id, string Name, bool TakesLeads);

/// <summary>How many leads somebody has in a status.</summary>
public sealed record ListCount(string Status, Guid? Owner, long Leads);

/// <summary>A saved view as its tab shows it.</summary>
public sealed record ListView(Guid Id, Guid? Owner, string Name, string Query, string Columns);

/// <summary>A tag to choose from.</summary>
/// <param name="Name">As it was first written.</param>
/// <param name="Colour">The wire name of a <see cref="TagColour"/>.</param>
public sealed record ListTag(string Name, string Colour);

/// <summary>Everything around the leads on the list and the board.</summary>
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
    IReadOnlyList<ListView> Views,
    IReadOnlyList<ListOwner> People,
    IReadOnlyList<ListCount> Counts,
    ChangeSummary? Undo,
    IReadOnlyList<ListTag> Tags
)
{
    /// <summary>How many leads a filter by status and owner has; null when more is asked, which nobody counts for a tab.</summary>
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

/// <summary>Reads what stands around the leads.</summary>
public sealed class ReadListContext(NpgsqlDataSource database, LeadsInSight inSight)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>One statement.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="undo">What was just done; null for nothing.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ListContext> RunAsync(CurrentUser user, Guid? undo, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            """
            select
                (select columns from list_settings where user_id = $1),
                (select density from list_settings where user_id = $1),
                (select coalesce(json_agg(json_build_object(
                        'id', id, 'owner', owner, 'name', name, 'query', query, 'columns', columns)
                        order by owner is not null, position, id), '[]')::text
                    from views where owner is null or owner = $1),
                (select coalesce(json_agg(json_build_object(
                        'id', id, 'name', full_name, 'takesLeads', role = 'attorney' and active) order by full_name, number), '[]')::text
                    from users),
                (select coalesce(json_agg(json_build_object('status', status, 'owner', assigned_to, 'leads', leads)), '[]')::text
                    from (select status, assigned_to, sum(leads) leads from lead_counts
                        where $2 or assigned_to is null or assigned_to = $1
                        group by status, assigned_to having sum(leads) <> 0) kept),
                (select json_build_object('id', id, 'kind', kind, 'became', became, 'changed', changed, 'leftOut', left_out,
                        'restored', restored)::text
                    from undos where id = $3 and user_id = $1),
                (select coalesce(json_agg(json_build_object('name', name, 'colour', colour) order by key), '[]')::text
                    from (select name, colour, key from tags order by key limit 300) tags)
            """
        );
        command.Parameters.Add(Sql.Value(user.Id));
        command.Parameters.Add(Sql.Value(!inSight.IsRestricted(user)));
        command.Parameters.Add(Sql.Value(undo));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new ListContext(
            reader.IsDBNull(0) ? null : reader.GetString(0),
            reader.IsDBNull(1) ? Density.Comfortable : WireName.Parse<Density>(reader.GetString(1)),
            Read<ListView[]>(2),
            Read<ListOwner[]>(3),
            Read<ListCount[]>(4),
            reader.IsDBNull(5) ? null : Read<ChangeSummary>(5),
            Read<ListTag[]>(6)
        );

        T Read<T>(int column) => JsonSerializer.Deserialize<T>(reader.GetString(column), Format)!;
    }
}
