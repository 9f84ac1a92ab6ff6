using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>A tag as pages show it.</summary>
public sealed record TagLabel(string Name, TagColor Color);

/// <summary>
/// Adds, removes and finds tags. A tag is created with its first lead. <c>VIP</c> and <c>vip</c> are the same.
/// </summary>
public sealed class Tags(AnteroomDb db, LeadsInSight inSight, Changes changes, TimeProvider time)
{
    /// <summary>A lead has no more tags than these.</summary>
    public const int MostOnLead = 20;

    /// <summary>The firm has no more tags than these.</summary>
    public const int Most = 500;

    /// <summary>Every tag, by name; one statement.</summary>
    public async Task<IReadOnlyList<TagLabel>> ListAsync(CancellationToken cancellation) =>
        await db
            .Tags.OrderBy(tag => tag.Key)
            .Take(Most)
            .Select(tag => new TagLabel(tag.Name, tag.Color))
            .ToListAsync(cancellation);

    /// <summary>The tags of several leads, one statement: for a page of a list.</summary>
    public async Task<ILookup<Guid, TagLabel>> OfAsync(
        IReadOnlyCollection<Guid> leads,
        CancellationToken cancellation
    ) =>
        (
            await db
                .LeadTags.Where(link => leads.Contains(link.LeadId))
                .Join(
                    db.Tags,
                    link => link.TagId,
                    tag => tag.Id,
                    (link, tag) =>
                        new
                        {
                            link.LeadId,
                            tag.Key,
                            tag.Name,
                            tag.Color,
                        }
                )
                .OrderBy(tag => tag.Key)
                .ToListAsync(cancellation)
        ).ToLookup(tag => tag.LeadId, tag => new TagLabel(tag.Name, tag.Color));

    /// <summary>
    /// The leads among <paramref name="leads"/> that have the tag, for a filter. By way of an index on the tag and the lead's number.
    /// </summary>
    /// <param name="leads">Where to look.</param>
    /// <param name="name">The tag, in any case; an unknown one matches nothing.</param>
    public IQueryable<Lead> Having(IQueryable<Lead> leads, string name)
    {
        var key = SearchText.For(name);
        var numbers = db
            .LeadTags.Where(link => db.Set<Tag>().Any(tag => tag.Id == link.TagId && tag.Key == key))
            .Select(link => link.LeadNumber);
        return leads.Where(lead => numbers.Contains(lead.Number));
    }

    /// <summary>Puts a tag on a lead, and makes it when there is none of that name. The field that can be wrong: <c>tag</c>.</summary>
    public async Task<Refusal?> AddAsync(long number, string? name, CurrentUser by, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        var key = "";
        if (!OneLine.TryParse(name, "tag", Tag.LongestName, out var clean, out var problem))
            errors.Add("tag", problem);
        else if (clean.Contains(',', StringComparison.Ordinal))
            errors.Add("tag", "A tag cannot contain a comma. Please add one tag after the other.");
        else if ((key = SearchText.For(clean)).Length == 0)
            errors.Add("tag", "A tag needs at least one letter.");
        var lead = await FindAsync(number, by, cancellation);
        if (lead is null)
            return new Refusal.NotFound();
        if (errors.IsEmpty && lead.Tags >= MostOnLead)
            errors.Add("tag", $"This lead has {MostOnLead} tags. Please take one off first.");
        if (!errors.IsEmpty)
            return new Refusal.Invalid(errors);

        var now = Sql.Instant(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // The colors rotate, so that neighbors differ. Two users who add the same new tag at once create one.
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into tags (id, name, key, colour, created_at)
            select {Guid.CreateVersion7(now)}, {clean}, {key},
                (array['blue', 'green', 'violet', 'amber', 'red', 'grey'])[1 + (count(*) % 6)::integer], {now}
            from tags having count(*) < {Most}
            on conflict (key) do nothing
            """,
            cancellation
        );
        int added;
        try
        {
            added = await db.Database.ExecuteSqlAsync(
                $"""
                insert into lead_tags (lead_id, tag_id, lead_number)
                select {lead.Id}, id, {number} from tags where key = {key} on conflict do nothing
                """,
                cancellation
            );
        }
        catch (Npgsql.PostgresException gone) when (gone.SqlState == Npgsql.PostgresErrorCodes.ForeignKeyViolation)
        {
            return new Refusal.NotFound();
        }

        if (added > 0)
            await RecordAsync(lead.Id, "tag_added", $"added the tag {clean}", by, now, cancellation);
        else if (!await db.Tags.AnyAsync(tag => tag.Key == key, cancellation))
        {
            errors.Add("tag", $"There are {Most} tags already. Please use one of them.");
            return new Refusal.Invalid(errors);
        }

        await transaction.CommitAsync(cancellation);
        changes.Publish(number);
        return null;
    }

    /// <summary>Takes a tag off a lead.</summary>
    public async Task<Refusal?> RemoveAsync(long number, string? name, CurrentUser by, CancellationToken cancellation)
    {
        var lead = await FindAsync(number, by, cancellation);
        if (lead is null)
            return new Refusal.NotFound();
        var key = SearchText.For(name);
        var now = Sql.Instant(time.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var tag = await db.Tags.AsNoTracking().SingleOrDefaultAsync(tag => tag.Key == key, cancellation);
        var removed = tag is null
            ? 0
            : await db
                .LeadTags.Where(link => link.LeadId == lead.Id && link.TagId == tag.Id)
                .ExecuteDeleteAsync(cancellation);
        if (removed > 0)
            await RecordAsync(lead.Id, "tag_removed", $"took off the tag {tag!.Name}", by, now, cancellation);
        await transaction.CommitAsync(cancellation);
        changes.Publish(number);
        return null;
    }

    private sealed record Found(Guid Id, int Tags);

    private Task<Found?> FindAsync(long number, CurrentUser by, CancellationToken cancellation) =>
        inSight
            .Of(by)
            .Where(lead => lead.Number == number)
            .Select(lead => new Found(lead.Id, db.Set<LeadTag>().Count(link => link.LeadId == lead.Id)))
            .SingleOrDefaultAsync(cancellation);

    private async Task RecordAsync(
        Guid lead,
        string kind,
        string summary,
        CurrentUser by,
        DateTimeOffset now,
        CancellationToken cancellation
    )
    {
        db.Record(Actor.Of(by), lead, kind, summary, now);
        await db.SaveChangesAsync(cancellation);
    }
}
