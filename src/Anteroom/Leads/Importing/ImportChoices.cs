using System.Text.Json;
using System.Text.Json.Serialization;
using Anteroom.Firm;

namespace Anteroom.Leads;

/// <summary>What is done with a row whose person is a lead already.</summary>
public enum DuplicateRule
{
    /// <summary>The row is left out.</summary>
    Skip,

    /// <summary>It becomes a lead of its own all the same.</summary>
    New,

    /// <summary>Its values go into that lead.</summary>
    Update,
}

/// <summary>In which order a date such as 03/04/2026 is written.</summary>
public enum DateOrder
{
    /// <summary>March 4.</summary>
    MonthFirst,

    /// <summary>April 3.</summary>
    DayFirst,
}

/// <summary>What the columns of a file mean, and how its rows are taken.</summary>
public sealed record ImportChoices
{
    /// <summary>For each column in its order, the name of its field; empty for a column that is not taken.</summary>
    public string[] Fields { get; init; } = [];

    /// <summary>What is done with duplicates.</summary>
    public DuplicateRule Duplicates { get; init; } = DuplicateRule.Skip;

    /// <summary>The status of rows that name none.</summary>
    public LeadStatus Status { get; init; } = LeadStatus.ReachedOut;

    /// <summary>Who gets the rows that name nobody; null for nobody.</summary>
    public Guid? AssignedTo { get; init; }

    /// <summary>How dates are written.</summary>
    public DateOrder Dates { get; init; }

    internal string ToJson() => JsonSerializer.Serialize(this, ImportJson.Default.ImportChoices);

    internal static ImportChoices FromJson(string json) =>
        JsonSerializer.Deserialize(json, ImportJson.Default.ImportChoices) ?? new();
}

[JsonSerializable(typeof(ImportChoices))]
[JsonSerializable(typeof(ProspectFacts))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true
)]
internal sealed partial class ImportJson : JsonSerializerContext;
