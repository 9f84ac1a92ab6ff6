using System.Globalization;

namespace Anteroom.Firm;

/// <summary>A section of options that the page of settings changes. Each room that has one registers it (<c>AddSection</c>).</summary>
/// <param name="Name">The section in configuration, as <c>Outreach</c>.</param>
/// <param name="Problems">What would be wrong with these values.</param>
/// <param name="Default">What the options class itself says for a key of the section, as configuration has it; null when it says nothing.</param>
public sealed record OptionsOnPage(
    string Name,
    Func<IConfigurationRoot, IReadOnlyList<SettingProblem>> Problems,
    Func<string, string?> Default
)
{
    internal static OptionsOnPage Of<T>(string name, SettingRules<T> rules)
        where T : class, new() =>
        new(name, values => Try(name, rules, values), key => Text(typeof(T).GetProperty(key)?.GetValue(new T())));

    private static List<SettingProblem> Try<T>(string name, SettingRules<T> rules, IConfigurationRoot values)
        where T : class, new()
    {
        var options = new T();
        try
        {
            values.GetSection(name).Bind(options);
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

    private static string? Text(object? value) =>
        value switch
        {
            bool yes => yes ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value as string,
        };
}
