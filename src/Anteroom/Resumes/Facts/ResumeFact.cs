using System.Text.Json.Serialization;

namespace Anteroom.Resumes;

/// <summary>The kinds of facts that are found in resumes.</summary>
public enum ResumeFactKind
{
    /// <summary>An email address.</summary>
    Email,

    /// <summary>A telephone number that is a valid one.</summary>
    Phone,

    /// <summary>An address on the web.</summary>
    Link,

    /// <summary>A language that the person speaks.</summary>
    Language,

    /// <summary>The place of work whose time ended last, or has not ended.</summary>
    Employer,

    /// <summary>A receipt number of USCIS: three letters of an office and ten digits.</summary>
    Receipt,

    /// <summary>An alien registration number: A and eight or nine digits.</summary>
    AlienNumber,

    /// <summary>A passport or identity card, from the lines that machines read, all of whose check digits are right.</summary>
    Document,
}

/// <summary>A fact that rules have found in a text. It is a proposal: only a person makes it one of the lead's.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">As it is usually written.</param>
/// <param name="At">Where it begins in the text, in UTF-16 units.</param>
/// <param name="Length">How long it is there.</param>
public sealed record ResumeFact(ResumeFactKind Kind, string Value, int At, int Length);

/// <summary>A fact with the words around it, as it is kept and shown.</summary>
/// <param name="Kind">What it is, by its name for programs.</param>
/// <param name="Value">As it is usually written.</param>
/// <param name="Before">What stands before it.</param>
/// <param name="Words">As it stands in the text.</param>
/// <param name="After">What stands after it.</param>
public sealed record FoundFact(string Kind, string Value, string Before, string Words, string After)
{
    private const int Around = 40;

    /// <summary>The fact in its text.</summary>
    public static FoundFact Of(ResumeFact fact, string text) =>
        new(
            fact.Kind.ToWire(),
            fact.Value,
            Line(text[Math.Max(fact.At - Around, 0)..fact.At]),
            Line(text.Substring(fact.At, Math.Min(fact.Length, 200))),
            Line(text[(fact.At + fact.Length)..Math.Min(fact.At + fact.Length + Around, text.Length)])
        );

    // Half of a pair of UTF-16 at an end is nothing that JSON or a page takes.
    private static string Line(string text) =>
        string.Concat(
            text.EnumerateRunes()
                .Where(rune => rune.Value != 0xFFFD)
                .Select(rune => rune.Value is '\n' or '\t' ? " " : rune.ToString())
        );
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<FoundFact>))]
internal sealed partial class FoundFactJson : JsonSerializerContext;
