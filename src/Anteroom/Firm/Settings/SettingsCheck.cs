namespace Anteroom.Firm;

/// <summary>Tries settings out before they are used, by the same rules that the start goes by.</summary>
public sealed class SettingsCheck(
    IEnumerable<OptionsOnPage> sections,
    IConfiguration configuration,
    StoredSettings stored,
    NameOfSetting nameOf
)
{
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
        return [.. sections.SelectMany(section => section.Problems(effective))];
    }

    /// <summary>What counts for a key when these are the stored values.</summary>
    public string? Value(string key, IReadOnlyDictionary<string, string?> values)
    {
        foreach (var provider in Providers.Reverse())
            if (provider == stored ? values.TryGetValue(key, out var value) : provider.TryGet(key, out value))
                return value;
        var (name, rest) = (
            key[..key.IndexOf(':', StringComparison.Ordinal)],
            key[(key.IndexOf(':', StringComparison.Ordinal) + 1)..]
        );
        return sections.FirstOrDefault(section => section.Name == name)?.Default(rest);
    }

    /// <summary>What counts for a key when nothing is stored.</summary>
    public string? Default(string key) => Value(key, new Dictionary<string, string?>(StringComparer.Ordinal));

    /// <summary>
    /// What sets a key outside, as <c>Firm__Name</c>: nothing on a page changes it. Null when the page does.
    /// </summary>
    public string? FixedBy(string key) =>
        Providers.SkipWhile(provider => provider != stored).Skip(1).Any(provider => provider.TryGet(key, out _))
            ? nameOf(key)
            : null;

    private IEnumerable<IConfigurationProvider> Providers => ((IConfigurationRoot)configuration).Providers;
}
