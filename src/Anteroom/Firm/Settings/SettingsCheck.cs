using Anteroom.Host;
using Anteroom.Outreach;

namespace Anteroom.Firm;

/// <summary>Tries settings out before they are used, by the same rules that the start goes by.</summary>
public sealed class SettingsCheck(IConfiguration configuration, StoredSettings stored, Installation installation)
{
    private static readonly FirmRules Firm = new();
    private static readonly OutreachRules Outreach = new();
    private static readonly RetentionRules Retention = new();

    /// <summary>What would be wrong if these were the stored values.</summary>
    public IReadOnlyList<SettingProblem> Problems(IReadOnlyDictionary<string, string?> values)
    {
        var effective = new ConfigurationBuilder()
            .AddInMemoryCollection(
                Setting.All.ToDictionary(
                    setting => setting.Key,
                    setting => Value(setting.Key, values),
                    StringComparer.Ordinal
                )
            )
            .Build();
        return
        [
            .. Of("Firm", Firm, effective),
            .. Of("Outreach", Outreach, effective),
            .. Of("Retention", Retention, effective),
        ];
    }

    /// <summary>What counts for a key when these are the stored values.</summary>
    public string? Value(string key, IReadOnlyDictionary<string, string?> values)
    {
        foreach (var provider in Providers.Reverse())
            if (provider == stored ? values.TryGetValue(key, out var value) : provider.TryGet(key, out value))
                return value;
        return Defaults.GetValueOrDefault(key);
    }

    /// <summary>What counts for a key when nothing is stored.</summary>
    public string? Default(string key) => Value(key, new Dictionary<string, string?>(StringComparer.Ordinal));

    /// <summary>
    /// What sets a key outside, as <c>Firm__Name</c>: nothing on a page changes it. Null when the page does.
    /// </summary>
    public string? FixedBy(string key) =>
        Providers.SkipWhile(provider => provider != stored).Skip(1).Any(provider => provider.TryGet(key, out _))
            ? installation.NameOf(key)
            : null;

    private IEnumerable<IConfigurationProvider> Providers => ((IConfigurationRoot)configuration).Providers;

    // What the options classes say themselves, as configuration has it.
    private static readonly Dictionary<string, string?> Defaults = new(StringComparer.Ordinal)
    {
        ["Firm:Name"] = new FirmOptions().Name,
        ["Firm:TimeZone"] = new FirmOptions().TimeZone,
        ["Firm:Region"] = new FirmOptions().Region,
        ["Firm:PracticeAreaList"] = new FirmOptions().PracticeAreaList,
        ["Outreach:Assign"] = "true",
        ["Outreach:Enabled"] = "true",
        ["Outreach:After"] = new OutreachOptions().After.ToString(),
        ["Outreach:MoveOnAfter"] = new OutreachOptions().MoveOnAfter.ToString(),
        ["Firm:AttorneysSeeOnlyTheirs"] = "false",
        ["Retention:DeleteResumesAfterDays"] = "0",
        ["Retention:EraseLeadsAfterDays"] = "0",
        ["Retention:TrashDays"] = "30",
        ["Retention:DeleteAuditAfterDays"] = "0",
    };

    private static List<SettingProblem> Of<T>(string section, SettingRules<T> rules, IConfigurationRoot values)
        where T : class, new()
    {
        var options = new T();
        try
        {
            values.GetSection(section).Bind(options);
        }
        catch (InvalidOperationException error)
        {
            // The binder's own sentence names value and key.
            return
            [
                .. Setting
                    .All.Where(setting => error.Message.Contains($"'{setting.Key}'", StringComparison.Ordinal))
                    .Select(setting => new SettingProblem(setting.Key, error.Message)),
            ];
        }

        return [.. rules.Problems(options)];
    }
}
