using System.Diagnostics.CodeAnalysis;

namespace Anteroom.Shared;

/// <summary>
/// What is wrong with an input, by field. Field names are those of the forms and the APIs (<c>first_name</c>); each
/// sentence says what would be right.
/// </summary>
public sealed class FieldErrors
{
    private readonly SortedDictionary<string, List<Sentence>> _errors = new(StringComparer.Ordinal);

    /// <summary>No field has an error.</summary>
    public bool IsEmpty => _errors.Count == 0;

    /// <summary>The fields that have errors, with their sentences.</summary>
    public IReadOnlyDictionary<string, Sentence[]> ByField =>
        _errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);

    /// <summary>The same in English, as the APIs answer it.</summary>
    [SuppressMessage("Design", "MA0016", Justification = "Serialized as it is, by generated code.")]
    public Dictionary<string, string[]> InEnglish() =>
        _errors.ToDictionary(
            pair => pair.Key,
            pair => pair.Value.ConvertAll(sentence => sentence.ToString()).ToArray(),
            StringComparer.Ordinal
        );

    /// <summary>Adds a sentence to a field.</summary>
    public void Add(string field, Sentence sentence)
    {
        if (!_errors.TryGetValue(field, out var sentences))
            _errors[field] = sentences = [];
        sentences.Add(sentence);
    }

    /// <summary>The first sentence for a field; null when it has none.</summary>
    public Sentence? For(string field) => _errors.TryGetValue(field, out var sentences) ? sentences[0] : null;
}
