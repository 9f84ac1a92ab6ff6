using Anteroom.Data;
using Microsoft.EntityFrameworkCore;

namespace Anteroom.Leads;

/// <summary>Keeps choices under a name, for the next file of the same kind.</summary>
public sealed class KeepPresets(AnteroomDb db, TimeProvider time)
{
    /// <summary>The longest name, in code points.</summary>
    public const int LongestName = 60;

    /// <summary>Keeps them; those of the same name are replaced. Fields: <c>preset</c>.</summary>
    public async Task<Refusal?> KeepAsync(
        string? name,
        IReadOnlyList<string> headers,
        ImportChoices choices,
        CancellationToken cancellation
    )
    {
        if (!OneLine.TryParse(name, "name", LongestName, out var clean, out var problem))
        {
            var errors = new FieldErrors();
            errors.Add("preset", problem);
            return new Refusal.Invalid(errors);
        }

        var now = Sql.Instant(time.GetUtcNow());
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into import_presets (id, name, headers, choices, created_at)
            values ({Guid.CreateVersion7(now)}, {clean}, {headers.ToArray()}, {choices.ToJson()}::jsonb, {now})
            on conflict (name) do update set headers = excluded.headers, choices = excluded.choices, created_at = excluded.created_at
            """,
            cancellation
        );
        return null;
    }

    /// <summary>Removes one.</summary>
    public async Task<Refusal?> RemoveAsync(Guid id, CancellationToken cancellation) =>
        await db.ImportPresets.Where(preset => preset.Id == id).ExecuteDeleteAsync(cancellation) > 0
            ? null
            : new Refusal.NotFound();
}
