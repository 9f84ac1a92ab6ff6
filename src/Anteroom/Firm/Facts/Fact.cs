using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Anteroom.Firm;

/// <summary>Reads a fact from what was typed: a clean value, null for nothing; or a sentence that says what would be right.</summary>
public delegate bool ReadFact(string? text, FactRules rules, out string? value, out Sentence? problem);

/// <summary>One fact of <see cref="ProspectFacts"/>: what it is called and how a text becomes it.</summary>
/// <param name="Property">Its name in C#.</param>
/// <param name="Get">The value; null when it is not known.</param>
/// <param name="Set">Sets it.</param>
public sealed record Fact(string Property, Func<ProspectFacts, string?> Get, Action<ProspectFacts, string?> Set)
{
    /// <summary>Its name in forms, APIs, templates and in the database: <c>first_name</c>.</summary>
    public string Name { get; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(Property);

    /// <summary>What pages call it.</summary>
    public required string Label { get; init; }

    /// <summary>What sentences call it.</summary>
    public string Word
    {
        get => field ?? Name.Replace('_', ' ');
        init;
    }

    /// <summary>What it is, for those who write emails.</summary>
    public string Meaning
    {
        get => field ?? Label;
        init;
    }

    /// <summary>Shown in a template when there is no lead to take it from.</summary>
    public required string Example { get; init; }

    /// <summary>In code points.</summary>
    public required int MaxLength { get; init; }

    /// <summary>Every prospect has one.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The prospect's own words, of several lines: nobody else changes them.</summary>
    public bool IsOwnWords { get; init; }

    /// <summary>A box of the form that, when ticked, says that there is none, though <see cref="IsRequired"/>; null without one.</summary>
    public string? Switch { get; init; }

    /// <summary>How a text becomes it; left out: any prose up to <see cref="MaxLength"/>.</summary>
    public ReadFact? Read { get; init; }

    /// <summary>What was typed. A name beside a ticked box counts: it would be lost otherwise.</summary>
    public string? TextIn(FieldTexts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return Switch is not null && texts[Switch] == "yes" && string.IsNullOrWhiteSpace(texts[Name])
            ? "-"
            : texts[Name];
    }

    /// <summary>Reads it from what was typed.</summary>
    public bool TryRead(string? text, FactRules rules, out string? value, [NotNullWhen(false)] out Sentence? problem)
    {
        var right = Read is null
            ? FreeText.TryParse(text, Word, MaxLength, out value, out problem)
            : Read(text, rules, out value, out problem);
        problem = right ? null : problem ?? "";
        return right;
    }
}
