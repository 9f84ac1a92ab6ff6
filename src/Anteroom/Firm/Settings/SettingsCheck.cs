namespace Anteroom.Firm;

/// <summary>Tries settings out before they are used, by the same rules that the start goes by.</summary>
public sealed class SettingsCheck(
    IEnumerable<OptionsOnPage> sections,
    IConfiguration configuration,
    StoredSettings stored,
    NameOfSetting nameOf
)
{
    /// <summary>Why the mail server that is set cannot be used; mail waits meanwhile. Among the values in use, never stored.</summary>
    internal const string MailUnusable = "Mail:Unusable";

    /// <summary>What would be wrong if these were the stored values.</summary>
    public IReadOnlyList<SettingProblem> Problems(IReadOnlyDictionary<string, string?> values)
    {
        // What no page sets has a say as well: whether a password may travel unencrypted.
        var all = sections
            .SelectMany(section => configuration.GetSection(section.Name).AsEnumerable())
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in Setting.All)
            all[setting.Key] = Value(setting.Key, values);
        all[MailUnusable] = values.GetValueOrDefault(MailUnusable);
        var effective = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        return [.. sections.SelectMany(section => section.Problems(effective))];
    }

    /// <summary>What counts for a key when these are the stored values.</summary>
    public string? Value(string key, IReadOnlyDictionary<string, string?> values)
    {
        var older = Setting.Find(key)?.Older;
        foreach (var provider in Providers.Reverse())
        {
            if (provider == stored ? values.TryGetValue(key, out var value) : provider.TryGet(key, out value))
                return value;
            if (provider != stored && older?.Keys.Any(other => provider.TryGet(other, out _)) == true)
                return older.Read(other => configuration[other]);
        }

        if (older is not null)
            return older.Read(_ => null);
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
    public string? FixedBy(string key)
    {
        var above = Providers.SkipWhile(provider => provider != stored).Skip(1).ToList();
        var by = new[] { key }
            .Concat(Setting.Find(key)?.Older?.Keys ?? [])
            .FirstOrDefault(one => above.Exists(provider => provider.TryGet(one, out _)));
        return by is null ? null : nameOf(by);
    }

    private IEnumerable<IConfigurationProvider> Providers => ((IConfigurationRoot)configuration).Providers;
}
