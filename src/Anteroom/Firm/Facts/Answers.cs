using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Anteroom.Firm;

/// <summary>What a prospect answered to the firm's own questions: one or several texts for each key.</summary>
public sealed class Answers : IEquatable<Answers>
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ImmutableSortedDictionary<string, string[]> _byKey;

    private Answers(ImmutableSortedDictionary<string, string[]> byKey) => _byKey = byKey;

    /// <summary>Nothing was asked, or nothing was answered.</summary>
    public static Answers None { get; } =
        new(ImmutableSortedDictionary.Create<string, string[]>(StringComparer.Ordinal));

    /// <summary>There are none.</summary>
    public bool IsEmpty => _byKey.IsEmpty;

    /// <summary>The texts of each question that was answered, by its key.</summary>
    public IReadOnlyDictionary<string, string[]> ByKey => _byKey;

    /// <summary>The answers to a question; none when it was not answered.</summary>
    public IReadOnlyList<string> this[string key] => _byKey.TryGetValue(key, out var texts) ? texts : [];

    /// <summary>Each question with its answer, in the firm's order; those that the firm no longer asks come last, by key.</summary>
    public IEnumerable<(string Key, string Question, string Answer)> InOrder(IReadOnlyList<Question> questions) =>
        questions
            .Concat(
                _byKey
                    .Keys.Where(key => questions.All(question => question.Key != key))
                    .Select(key => new Question(key, key.Replace('_', ' ')))
            )
            .Where(question => _byKey.ContainsKey(question.Key))
            .Select(question => (question.Key, question.Label, string.Join(", ", this[question.Key])));

    /// <summary>Reads them from what was typed; what nobody has asked is passed over.</summary>
    public static Answers Read(FieldTexts texts, IReadOnlyList<Question> questions, FieldErrors errors)
    {
        var byKey = None._byKey;
        foreach (var question in questions)
        {
            var given = new List<string>();
            foreach (var text in texts.AllOf(question.Field))
                if (!FreeText.TryParse(text, "answer", Question.LongestAnswer, out var clean, out var problem))
                    errors.Add(question.Field, problem);
                else if (clean is not null)
                    given.Add(clean);
            if (given.Count > 0)
                byKey = byKey.SetItem(question.Key, [.. given]);
        }

        return byKey.IsEmpty ? None : new Answers(byKey);
    }

    /// <summary>These, and the other's to questions that are not answered here.</summary>
    public Answers FilledFrom(Answers other) => other.IsEmpty ? this : new Answers(other._byKey.SetItems(_byKey));

    /// <summary>As the database keeps them: <c>{"company_size": ["10"]}</c>.</summary>
    public string ToJson() => IsEmpty ? "{}" : JsonSerializer.Serialize(_byKey, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static Answers FromJson(string json) =>
        json == "{}"
            ? None
            : new Answers(None._byKey.SetItems(JsonSerializer.Deserialize<Dictionary<string, string[]>>(json)!));

    /// <inheritdoc />
    public bool Equals(Answers? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as Answers);

    /// <inheritdoc />
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);
}
