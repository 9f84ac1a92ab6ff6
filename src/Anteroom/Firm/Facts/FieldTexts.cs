using Microsoft.Extensions.Primitives;

namespace Anteroom.Firm;

/// <summary>What was typed into a form or sent by a program, by the names of the fields; not yet looked at.</summary>
public sealed class FieldTexts
{
    private readonly Dictionary<string, StringValues> _texts = new(StringComparer.Ordinal);

    /// <summary>The texts of a form that has been read.</summary>
    public static FieldTexts Of(IFormCollection form)
    {
        ArgumentNullException.ThrowIfNull(form);
        var texts = new FieldTexts();
        foreach (var (name, values) in form)
            texts._texts[name] = values;
        return texts;
    }

    /// <summary>What somebody would have typed whose facts are known.</summary>
    public static FieldTexts Of(ProspectFacts facts)
    {
        var texts = new FieldTexts();
        foreach (var fact in ProspectFacts.All)
            if (fact.Get(facts) is { } value)
            {
                texts.Add(fact.Name, value);
                if (fact.Switch is { } none && value.Length == 0)
                    texts.Add(none, "yes");
            }
        return texts;
    }

    /// <summary>The text of a field, the first if there are several; null when it was not sent.</summary>
    public string? this[string name] => _texts.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>Every text of a field.</summary>
    public IReadOnlyList<string> AllOf(string name) =>
        _texts.TryGetValue(name, out var values) ? [.. values.OfType<string>()] : [];

    /// <summary>Puts one text in place of those that a field has.</summary>
    public void Replace(string name, string value) => _texts[name] = value;

    /// <summary>Adds one.</summary>
    public void Add(string name, string value) =>
        _texts[name] = _texts.TryGetValue(name, out var before) ? StringValues.Concat(before, value) : value;

    /// <summary>How many texts a field has.</summary>
    public int CountOf(string name) => _texts.TryGetValue(name, out var values) ? values.Count : 0;
}
