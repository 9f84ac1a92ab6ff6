using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>Saves, renames and deletes views: users their own, administrators also the firm's.</summary>
public sealed class KeepViews(AnteroomDb db, TimeProvider time)
{
    /// <summary>Views of one owner, at most.</summary>
    public const int Most = 50;

    /// <summary>Saves a new view. The field that can be wrong: <c>name</c>.</summary>
    public async Task<Outcome<SavedView>> AddAsync(
        string? name,
        bool ofFirm,
        string query,
        string columns,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        if (ofFirm && user.Role != Role.Administrator)
            return new Refusal.Forbidden();
        Guid? owner = ofFirm ? null : user.Id;
        var others = await db
            .Views.Where(view => view.Owner == owner)
            .Select(view => new { view.Name, view.Position })
            .ToListAsync(cancellation);
        if (Check(name, query, [.. others.Select(other => other.Name)]) is { IsEmpty: false } errors)
            return new Refusal.Invalid(errors);

        var view = new SavedView
        {
            Id = Guid.CreateVersion7(time.GetUtcNow()),
            Owner = owner,
            Name = name!.Trim(),
            Query = query,
            Columns = columns,
            Position = others.Select(other => other.Position).DefaultIfEmpty().Max() + 1,
        };
        db.Views.Add(view);
        await db.SaveChangesAsync(cancellation);
        return view;
    }

    /// <summary>Changes a view's filter, columns or name; null leaves a value unchanged.</summary>
    public async Task<Refusal?> ChangeAsync(
        Guid id,
        string? name,
        string? query,
        string? columns,
        CurrentUser user,
        CancellationToken cancellation
    )
    {
        if (await Of(user).SingleOrDefaultAsync(view => view.Id == id, cancellation) is not { } view)
            return new Refusal.NotFound();
        if (name is not null)
        {
            var others = await db
                .Views.Where(other => other.Owner == view.Owner && other.Id != id)
                .Select(other => other.Name)
                .ToListAsync(cancellation);
            if (Check(name, query ?? view.Query, others) is { IsEmpty: false } errors)
                return new Refusal.Invalid(errors);
            view.Name = name.Trim();
        }

        view.Query = query ?? view.Query;
        view.Columns = columns ?? view.Columns;
        await db.SaveChangesAsync(cancellation);
        return null;
    }

    /// <summary>Deletes a view; false when there is none that the user may delete.</summary>
    public async Task<bool> DeleteAsync(Guid id, CurrentUser user, CancellationToken cancellation) =>
        await Of(user).Where(view => view.Id == id).ExecuteDeleteAsync(cancellation) > 0;

    /// <summary>Saves a user's list settings.</summary>
    public Task SettleAsync(string columns, Density density, CurrentUser user, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            insert into list_settings (user_id, columns, density) values ({user.Id}, {columns}, {density.ToWire()})
            on conflict (user_id) do update set columns = excluded.columns, density = excluded.density
            """,
            cancellation
        );

    private IQueryable<SavedView> Of(CurrentUser user)
    {
        var firm = user.Role == Role.Administrator;
        return db.Views.Where(view => view.Owner == user.Id || (firm && view.Owner == null));
    }

    private static FieldErrors Check(string? name, string query, List<string> others)
    {
        var errors = new FieldErrors();
        var clean = name?.Trim() ?? "";
        if (clean.Length is 0 or > SavedView.LongestName || clean.Any(char.IsControl))
            errors.Add("name", $"A view needs a name of one line, at most {SavedView.LongestName} characters.");
        else if (others.Contains(clean, StringComparer.OrdinalIgnoreCase))
            errors.Add("name", "There is a view of that name already. Choose another.");
        else if (others.Count >= Most)
            errors.Add("name", $"There are already {Most} views. Delete one that is no longer used.");
        if (query.Length > SavedView.LongestQuery)
            errors.Add("query", "This filter is too long to be saved.");
        return errors;
    }
}
