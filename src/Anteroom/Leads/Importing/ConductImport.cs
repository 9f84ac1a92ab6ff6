using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Why an import was left as it is.</summary>
public abstract record ImportRefusal : Refusal
{
    private ImportRefusal() { }

    /// <summary>Something else is being done to it, or was done.</summary>
    public sealed record NotNow(ImportState Now) : ImportRefusal;
}

/// <summary>What people do with an import whose rows are here: look what would become of them, write them, take them back.</summary>
public sealed class ConductImport(AnteroomDb db, AuditLog audit, WorkSignal signal, TimeProvider time)
{
    /// <summary>Says what the columns mean, and has every row looked at. Nothing is written.</summary>
    public async Task<Refusal?> CheckAsync(Guid id, ImportChoices choices, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(choices);
        var import = await db.Imports.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellation);
        if (import is not { IsFile: true })
            return new Refusal.NotFound();
        if (WhyNot(choices) is { } errors)
            return new Refusal.Invalid(errors);
        return await MoveAsync(
            id,
            [ImportState.Read, ImportState.Checked],
            batch =>
            {
                batch.Add(
                    "update imports set state = 'checking', choices = $2::jsonb, seen = 0 where id = $1",
                    Sql.Value(id),
                    Sql.Value(choices.ToJson())
                );
                batch.Add(
                    """
                    update import_rows set outcome = null, reason = null, email = null, phone = null, content = null, key = null, same_as = null
                    where import_id = $1 and outcome is not null
                    """,
                    Sql.Value(id)
                );
            },
            cancellation
        );
    }

    /// <summary>Decides about rows whose person is a lead: left out, another lead, or into that lead.</summary>
    /// <param name="id">Which import.</param>
    /// <param name="lines">What becomes of each line.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Refusal?> DecideAsync(
        Guid id,
        IReadOnlyDictionary<long, DuplicateRule> lines,
        CancellationToken cancellation
    )
    {
        ArgumentNullException.ThrowIfNull(lines);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select from imports where id = {id} for update", cancellation);
        var now = await db
            .Imports.Where(one => one.Id == id)
            .Select(one => (ImportState?)one.State)
            .SingleOrDefaultAsync(cancellation);
        if (now is not { } state)
            return new Refusal.NotFound();
        if (state != ImportState.Checked)
            return new ImportRefusal.NotNow(state);
        await using (var batch = ((NpgsqlConnection)db.Database.GetDbConnection()).CreateBatch())
        {
            batch.Add(
                """
                update import_rows set outcome = decided.outcome from unnest($2, $3) decided (line, outcome)
                where import_id = $1 and import_rows.line = decided.line and same_as is not null
                    and import_rows.outcome in ('skip', 'new', 'update')
                """,
                Sql.Value(id),
                Sql.Value(lines.Keys.ToArray()),
                Sql.Value(lines.Values.Select(rule => rule.ToWire()).ToArray())
            );
            batch.Add($"update imports set {CheckRows.Counts} where id = $1", Sql.Value(id));
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <summary>Writes what was checked.</summary>
    public async Task<Refusal?> WriteAsync(Guid id, CurrentUser? by, CancellationToken cancellation)
    {
        var import = await db.Imports.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellation);
        return import is null
            ? new Refusal.NotFound()
            : await MoveAsync(
                id,
                [ImportState.Checked],
                batch =>
                {
                    batch.Add("update imports set state = 'writing', seen = 0 where id = $1", Sql.Value(id));
                    audit.Write(
                        batch,
                        AuditKind.Imported,
                        FormattableString.Invariant(
                            $"imports {import.Added:N0} new leads from {import.Name}, and changes {import.Updated:N0}"
                        ),
                        $"import:{id}",
                        by: by
                    );
                },
                cancellation
            );
    }

    /// <summary>Takes it back, but for leads that somebody has worked on since.</summary>
    public async Task<Refusal?> RevertAsync(Guid id, CurrentUser? by, CancellationToken cancellation)
    {
        var import = await db.Imports.AsNoTracking().SingleOrDefaultAsync(one => one.Id == id, cancellation);
        return import is null
            ? new Refusal.NotFound()
            : await MoveAsync(
                id,
                [ImportState.Done],
                batch =>
                {
                    batch.Add("update imports set state = 'reverting', seen = 0 where id = $1", Sql.Value(id));
                    audit.Write(
                        batch,
                        AuditKind.Imported,
                        FormattableString.Invariant(
                            $"takes back the import of {import.Added:N0} new and {import.Updated:N0} changed leads from {import.Name}"
                        ),
                        $"import:{id}",
                        by: by
                    );
                },
                cancellation
            );
    }

    /// <summary>Throws a file away that nothing was written of.</summary>
    public async Task<Refusal?> DiscardAsync(Guid id, CancellationToken cancellation)
    {
        var gone = await db
            .Imports.Where(one => one.Id == id)
            .Where(one => one.State == ImportState.Read || one.State == ImportState.Checked)
            .ExecuteDeleteAsync(cancellation);
        return gone > 0 ? null
            : await db.Imports.AnyAsync(one => one.Id == id, cancellation) ? new ImportRefusal.NotNow(ImportState.Done)
            : new Refusal.NotFound();
    }

    /// <summary>Fields: <c>fields</c>.</summary>
    private static FieldErrors? WhyNot(ImportChoices choices)
    {
        var errors = new FieldErrors();
        var chosen = choices.Fields.Where(field => field.Length > 0).ToList();
        if (chosen.FirstOrDefault(field => ImportField.Find(field) is null) is not null)
            errors.Add("fields", $"There is no such field.");
        else if (
            chosen.CountBy(field => field, StringComparer.Ordinal).FirstOrDefault(field => field.Value > 1).Key is
            { } twice
        )
            errors.Add("fields", $"Two columns cannot both be {ImportField.Find(twice)!.Label}. Choose one of them.");
        else if (!chosen.Exists(field => field is "first_name" or "last_name" or ImportField.FullName))
            errors.Add("fields", $"Choose which column holds the name.");
        else if (!chosen.Exists(field => field is "email" or "phone"))
            errors.Add("fields", $"Choose which column holds the email address or the phone number.");
        return errors.IsEmpty ? null : errors;
    }

    private async Task<Refusal?> MoveAsync(
        Guid id,
        ImportState[] from,
        Action<NpgsqlBatch> change,
        CancellationToken cancellation
    )
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await db.Database.ExecuteSqlAsync($"select from imports where id = {id} for update", cancellation);
        var now = await db
            .Imports.Where(one => one.Id == id)
            .Select(one => (ImportState?)one.State)
            .SingleOrDefaultAsync(cancellation);
        if (now is not { } state)
            return new Refusal.NotFound();
        if (!from.Contains(state))
            return new ImportRefusal.NotNow(state);
        await using (var batch = ((NpgsqlConnection)db.Database.GetDbConnection()).CreateBatch())
        {
            change(batch);
            batch.QueueAgain(WorkKind.Import, "select $4::uuid as id", id, Sql.Instant(time.GetUtcNow()));
            await batch.ExecuteNonQueryAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
        signal.Poke(WorkKind.Import.ToWire());
        return null;
    }
}
