namespace Anteroom.Operations;

/// <summary>Who the firm is. Section <c>Firm</c>.</summary>
public sealed class FirmOptions
{
    /// <summary>The firm's name on pages and in e-mails.</summary>
    public string Name { get; set; } = "Anteroom Law";

    /// <summary>What prospects can choose from on the form.</summary>
    public IReadOnlyList<string> PracticeAreas { get; set; } =
    [
        "Business",
        "Criminal defense",
        "Employment",
        "Estate planning",
        "Family",
        "Immigration",
        "Personal injury",
        "Real estate",
        "Something else",
    ];
}
