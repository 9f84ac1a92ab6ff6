using System.Security.Cryptography;
using Anteroom.Firm;
using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>What the form for a lead by hand shows: what was typed, what is wrong with it, and which leads it may duplicate.</summary>
public sealed record NewLeadForm
{
    /// <summary>The value of <see cref="AssignedTo"/> for the least busy attorney.</summary>
    public const string Automatic = "auto";

    /// <summary>As typed, by the names of the fields.</summary>
    public FieldTexts Texts { get; init; } = new();

    /// <summary>One of <see cref="StaffEntry.Sources"/>.</summary>
    public string Source => Texts["source"] is { Length: > 0 } source ? source : StaffEntry.Sources[0];

    /// <summary>What the prospect reads.</summary>
    public Language Language => WireName.TryParse(Texts["language"], out Language language) ? language : Language.En;

    /// <summary>Who enters it has spoken to the prospect.</summary>
    public bool HasSpoken => Texts["spoken"] == "yes";

    /// <summary>The prospect gets the confirmation.</summary>
    public bool Confirms => Texts["confirm"] == "yes";

    /// <summary>Confirmed: another inquiry from someone who is already a lead.</summary>
    public bool IsAnother => Texts["same"] == "yes";

    /// <summary><c>me</c>, <see cref="Automatic"/> or a user's id.</summary>
    public string AssignedTo => Texts["assigned_to"] is { Length: > 0 } owner ? owner : Automatic;

    /// <summary>Makes a double click one lead, not two.</summary>
    public required string Token { get; init; }

    /// <summary>What is wrong with fields; empty on a fresh form.</summary>
    public FieldErrors Errors { get; init; } = new();

    /// <summary>Why nothing was saved, when no field is to blame; null otherwise.</summary>
    public Sentence? Problem { get; init; }

    /// <summary>Leads with the same address; when there are some, the form asks whether this is another.</summary>
    public IReadOnlyList<Lead> Same { get; init; } = [];

    /// <summary>A file was chosen and is fine, but the browser will not send it again by itself.</summary>
    public bool ResumeToBeChosenAgain { get; init; }

    /// <summary>An empty form.</summary>
    public static NewLeadForm Fresh() => new() { Token = NewToken() };

    /// <summary>The form as it was sent.</summary>
    public static NewLeadForm Sent(FieldTexts texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new() { Texts = texts, Token = texts["token"] is { Length: > 0 and <= 100 } token ? token : NewToken() };
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
