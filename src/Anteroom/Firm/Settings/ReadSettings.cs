using System.Security.Cryptography;
using System.Text;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Firm;

/// <summary>A setting as the page shows it.</summary>
/// <param name="Setting">Which.</param>
/// <param name="Value">What counts, as the form shows it.</param>
/// <param name="FixedBy">What sets it outside, as <c>Firm__Name</c>; null when the page does.</param>
/// <param name="Unfit">Why what is stored is not used; null when it is.</param>
/// <param name="ChangedAt">When it was last set here; null when it never was.</param>
/// <param name="ChangedBy">By whom; null when no one did, or that user is gone.</param>
public sealed record SettingState(
    Setting Setting,
    string Value,
    string? FixedBy,
    Sentence? Unfit,
    DateTimeOffset? ChangedAt,
    string? ChangedBy
);

/// <summary>A form of the page.</summary>
/// <param name="Section">Which.</param>
/// <param name="Settings">What it asks for.</param>
/// <param name="Version">Tells what is stored now from what is stored when the form comes back.</param>
public sealed record SectionState(SettingSection Section, IReadOnlyList<SettingState> Settings, string Version);

/// <summary>Reads the settings for the page.</summary>
public sealed class ReadSettings(
    NpgsqlDataSource database,
    SettingsCheck check,
    KeepSettings keep,
    StoredSettings stored
)
{
    /// <summary>The forms, in the order asked for. One statement.</summary>
    public async Task<IReadOnlyList<SectionState>> RunAsync(
        IReadOnlyList<SettingSection> sections,
        CancellationToken cancellation
    )
    {
        var rows = ByKey(await database.QueryAsync<Row>(Rows, cancellation));
        return
        [
            .. sections.Select(section => new SectionState(
                section,
                [
                    .. Setting
                        .Of(section)
                        .Select(setting =>
                        {
                            var row = rows.GetValueOrDefault(setting.Key);
                            return new SettingState(
                                setting,
                                setting.ToForm(check.Value(setting.Key, stored.InUse)),
                                check.FixedBy(setting.Key),
                                keep.Unfit.GetValueOrDefault(setting.Key)?.Sentence,
                                row?.ChangedAt,
                                row?.ChangedBy
                            );
                        }),
                ],
                VersionOf(section, rows)
            )),
        ];
    }

    /// <summary>A row of the table with the name of who changed it.</summary>
    internal sealed record Row(string Key, string Value, DateTimeOffset ChangedAt, string? ChangedBy);

    internal const string Rows =
        "select key, value, settings.changed_at, full_name as changed_by from settings left join users on users.id = changed_by";

    internal static Dictionary<string, Row> ByKey(IEnumerable<Row> rows) =>
        rows.ToDictionary(row => row.Key, StringComparer.Ordinal);

    internal static string VersionOf(SettingSection section, IReadOnlyDictionary<string, Row> rows) =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(
                    string.Join(
                        '\0',
                        Setting
                            .Of(section)
                            .Where(setting => rows.ContainsKey(setting.Key))
                            .Select(setting => $"{setting.Key}={rows[setting.Key].Value}")
                    )
                )
            )
        )[..16];
}
