namespace Anteroom.Firm;

/// <summary>What the firm offers and asks: what a fact has to agree with beside its own form.</summary>
/// <param name="PracticeAreas">What can be chosen.</param>
/// <param name="Questions">The firm's own.</param>
public sealed record FactRules(IReadOnlyList<string> PracticeAreas, IReadOnlyList<Question> Questions)
{
    /// <summary>The practice area of the lead that is corrected: it can stay even when the firm no longer offers it.</summary>
    public string? KeptPracticeArea { get; init; }

    /// <summary>Where people of the firm write it down: a prospect who has given a phone number needs no email address.</summary>
    public bool PhoneIsEnough { get; init; }

    internal bool TryChoosePracticeArea(string? text, out string? area, out Sentence? problem)
    {
        area = string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        problem =
            area is null || area == KeptPracticeArea || PracticeAreas.Contains(area, StringComparer.Ordinal)
                ? null
                : (Sentence)$"Please choose one of: {string.Join(", ", PracticeAreas)}.";
        return problem is null;
    }
}
