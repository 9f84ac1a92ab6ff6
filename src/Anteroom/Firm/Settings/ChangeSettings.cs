using Anteroom.Audit;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Firm;

/// <summary>What became of a form of settings.</summary>
public abstract record ChangeSettingsResult
{
    private ChangeSettingsResult() { }

    /// <summary>In use, here already and on every other node within a second.</summary>
    public sealed record Saved : ChangeSettingsResult;

    /// <summary>Nothing was saved; fields by <see cref="Setting.Field"/>.</summary>
    public sealed record Invalid(FieldErrors Errors) : ChangeSettingsResult;

    /// <summary>Nothing was saved: somebody has changed the section since the form was opened.</summary>
    public sealed record ChangedMeanwhile(string? ByName) : ChangeSettingsResult;
}

/// <summary>Saves a form of settings: checked, written together with a line of the audit log, put into use.</summary>
public sealed class ChangeSettings(
    NpgsqlDataSource database,
    SettingsCheck check,
    KeepSettings keep,
    SecretSettings secrets,
    WorkSignal signal,
    AuditLog audit,
    TimeProvider time
)
{
    /// <summary>Saves what was typed into a section's form.</summary>
    /// <param name="section">The form.</param>
    /// <param name="typed">By <see cref="Setting.Field"/>; what is not there was left empty.</param>
    /// <param name="seen">The <see cref="SectionState.Version"/> that the form began with; null to not compare.</param>
    /// <param name="by">Who saves.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<ChangeSettingsResult> RunAsync(
        SettingSection section,
        IReadOnlyDictionary<string, string?> typed,
        string? seen,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        var wanted = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var setting in Setting.Of(section).Where(setting => check.FixedBy(setting.Key) is null))
            if (!setting.TryRead(typed.GetValueOrDefault(setting.Field), out var value, out var problem))
                errors.Add(setting.Field, problem);
            else if (setting.Kind != SettingKind.Secret)
                wanted[setting.Key] = value;
            else if (value.Length > 0)
                wanted[setting.Key] = secrets.Protect(setting.Key, value);
            else if (typed.GetValueOrDefault(setting.RemoveField) is not null)
                wanted[setting.Key] = null;
        if (!errors.IsEmpty)
            return new ChangeSettingsResult.Invalid(errors);
        return await SaveAsync(section, wanted, seen, by, summary: null, cancellation);
    }

    /// <summary>Whether the environment, a file or the command line sets this key, so that no page can.</summary>
    internal bool IsFixed(string key) => check.FixedBy(key) is not null;

    /// <summary>Sets one key that no form asks for, as the logo.</summary>
    internal Task<ChangeSettingsResult> SetAsync(
        SettingSection section,
        string key,
        string? value,
        CurrentUser by,
        string summary,
        CancellationToken cancellation
    ) =>
        SaveAsync(
            section,
            new Dictionary<string, string?>(StringComparer.Ordinal) { [key] = value },
            seen: null,
            by,
            summary,
            cancellation
        );

    /// <summary>Sets what the panel keeps about itself; null for what it is without. No line in the audit log: it is no setting.</summary>
    internal async Task SetOwnAsync(string key, string? value, CurrentUser by, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.Add("delete from settings where key = $1", Sql.Value(key));
        if (value is not null)
            batch.Add(
                """
                insert into settings (key, value, changed_at, changed_by) values ($1, $2, $3, $4)
                on conflict (key) do update set value = excluded.value
                """,
                Sql.Value(key),
                Sql.Value(value),
                Sql.Value(Sql.Instant(time.GetUtcNow())),
                Sql.Value(by.Id)
            );
        await batch.ExecuteNonQueryAsync(cancellation);
        await keep.RefreshAsync(cancellation);
        signal.Poke(WorkSignal.Settings);
    }

    /// <summary>With the secrets as they were typed, which rules are about.</summary>
    private Dictionary<string, string?> Readable(Dictionary<string, string?> values)
    {
        var readable = new Dictionary<string, string?>(values, StringComparer.Ordinal);
        foreach (var setting in Setting.All.Where(setting => setting.Kind == SettingKind.Secret))
            if (values.TryGetValue(setting.Key, out var kept) && secrets.TryRead(setting.Key, kept, out var secret))
                readable[setting.Key] = secret;
        return readable;
    }

    private async Task<ChangeSettingsResult> SaveAsync(
        SettingSection section,
        Dictionary<string, string?> wanted,
        string? seen,
        CurrentUser by,
        string? summary,
        CancellationToken cancellation
    )
    {
        var now = Sql.Instant(time.GetUtcNow());
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // Of two who save at once, the second waits here and then sees what the first one did. Readers do not wait.
        await using (var alone = new NpgsqlCommand("lock table settings in share row exclusive mode", connection))
            await alone.ExecuteNonQueryAsync(cancellation);
        var rows = ReadSettings.ByKey(await connection.QueryAsync<ReadSettings.Row>(ReadSettings.Rows, cancellation));
        if (seen is not null && seen != ReadSettings.VersionOf(section, rows))
            return new ChangeSettingsResult.ChangedMeanwhile(
                Setting
                    .Of(section)
                    .Select(setting => rows.GetValueOrDefault(setting.Key))
                    .OfType<ReadSettings.Row>()
                    .MaxBy(row => row.ChangedAt)
                    ?.ChangedBy
            );

        var before = rows.ToDictionary(row => row.Key, row => (string?)row.Value.Value, StringComparer.Ordinal);
        var after = new Dictionary<string, string?>(before, StringComparer.Ordinal);
        foreach (var (key, value) in wanted)
            if (value is null)
                after.Remove(key);
            else
                after[key] = value;
        var errors = new FieldErrors();
        foreach (var problem in check.Problems(Readable(after)))
            if (wanted.ContainsKey(problem.Key) || IsMissing(problem.Key))
                errors.Add(Setting.Find(problem.Key)!.Field, problem.Sentence);
            else if (section == SettingSection.Mail && Setting.IsOfMail(problem.Key))
                // About what is not typed here, as what the environment sets, but typing it made it wrong.
                errors.Add(Setting.Find(wanted.Keys.First())!.Field, problem.ToString());
        foreach (var secret in wanted.Keys.Count == 0 ? [] : Setting.Of(section).Where(Travels))
            errors.Add(
                secret.Field,
                "Enter it again, or remove it: what is saved is for the server from before, and would go to another one."
            );
        if (!errors.IsEmpty)
            return new ChangeSettingsResult.Invalid(errors);

        await using var batch = connection.CreateBatch();
        var changed = new List<string>();

        // A secret that the rest of the form asks for.
        bool IsMissing(string key) =>
            wanted.Keys.Count > 0
            && Setting.Find(key) is { Kind: SettingKind.Secret } secret
            && secret.Section == section
            && section != SettingSection.Mail
            && !after.ContainsKey(key);

        bool Travels(Setting secret) =>
            secret is { Kind: SettingKind.Secret, GoesTo: { } goesTo }
            && !wanted.ContainsKey(secret.Key)
            && before.ContainsKey(secret.Key)
            && check.Value(goesTo, after) is { Length: > 0 } place
            && place != check.Value(goesTo, before);

        string? Told(string key, Dictionary<string, string?> values) =>
            Setting.Find(key)?.Kind != SettingKind.Secret ? check.Value(key, values)
            : values.ContainsKey(key) ? "set"
            : null;
        foreach (var (key, value) in wanted)
        {
            var was = before.GetValueOrDefault(key);
            // Defaults are not stored, so that a newer version can change them.
            var kept = value is not null && value != (check.Default(key) ?? "") ? value : null;
            if (kept == was)
                continue;
            changed.Add(key);
            if (kept is null)
                batch.Add("delete from settings where key = $1", Sql.Value(key));
            else
                batch.Add(
                    """
                    insert into settings (key, value, changed_at, changed_by) values ($1, $2, $3, $4)
                    on conflict (key) do update set value = excluded.value, changed_at = excluded.changed_at,
                        changed_by = excluded.changed_by
                    """,
                    Sql.Value(key),
                    Sql.Value(kept),
                    Sql.Value(now),
                    Sql.Value(by.Id)
                );
            if (key == "Firm:ConsentText" && new FirmOptions { ConsentText = kept }.ConsentVersion is { } version)
                batch.Add(
                    "insert into consent_texts (version, text, since) values ($1, $2, $3) on conflict do nothing",
                    Sql.Value(version),
                    Sql.Value(kept),
                    Sql.Value(now)
                );
        }

        if (changed.Count > 0)
        {
            audit.Write(
                batch,
                AuditKind.SettingsChanged,
                summary
                    ?? $"changed the settings: {string.Join(", ", changed.Select(key => Setting.Find(key)?.Label ?? key))}",
                section.ToWire(),
                changed.ToDictionary(key => key, key => Told(key, before), StringComparer.Ordinal),
                changed.ToDictionary(key => key, key => Told(key, after), StringComparer.Ordinal),
                by
            );
            await batch.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            await keep.RefreshAsync(cancellation);
            signal.Poke(WorkSignal.Settings);
        }

        return new ChangeSettingsResult.Saved();
    }
}
