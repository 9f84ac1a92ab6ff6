using Microsoft.Extensions.Options;

namespace Anteroom.Firm;

/// <summary>What is wrong with a setting.</summary>
/// <param name="Key">The configuration key, as <c>Firm:Name</c>.</param>
/// <param name="Sentence">What would be right.</param>
public sealed record SettingProblem(string Key, Sentence Sentence)
{
    /// <inheritdoc />
    public override string ToString() =>
        $"{Sentence}" is var words && words.StartsWith(Key, StringComparison.Ordinal) ? words : $"{Key}: {words}";
}

/// <summary>
/// The rules for a section of settings, one list for both who asks: the start, which names the keys, and the page of settings, which
/// puts each sentence beside its field.
/// </summary>
/// <typeparam name="T">The section's options.</typeparam>
internal abstract class SettingRules<T> : IValidateOptions<T>
    where T : class
{
    /// <summary>Everything that is wrong.</summary>
    public abstract IEnumerable<SettingProblem> Problems(T options);

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, T options)
    {
        var problems = Problems(options).Select(problem => problem.ToString()).ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}

/// <summary>
/// Options that follow the page of settings: whoever takes <see cref="IOptions{TOptions}"/> of such a section reads the present
/// value each time, singletons included. Nobody keeps <see cref="Value"/> in a field.
/// </summary>
internal sealed class PresentOptions<T>(IOptionsMonitor<T> monitor) : IOptions<T>
    where T : class
{
    /// <inheritdoc />
    public T Value => monitor.CurrentValue;
}
