namespace Anteroom.Firm;

/// <summary>A question of the firm's own on its form.</summary>
/// <param name="Key">Names the answer in the database, in the APIs and in templates: <c>company_size</c>.</param>
/// <param name="Label">As it is asked.</param>
public sealed record Question(string Key, string Label)
{
    /// <summary>The longest answer, in code points.</summary>
    public const int LongestAnswer = FreeText.MaxLength;

    /// <summary>Several answers can be given.</summary>
    public bool TakesSeveral { get; init; }

    /// <summary>The field of a form: <c>answers.company_size</c>.</summary>
    public string Field => $"answers.{Key}";
}
