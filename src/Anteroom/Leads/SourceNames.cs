using Anteroom.Outreach;

namespace Anteroom.Leads;

/// <summary>Display names for the sources of leads.</summary>
public static class SourceNames
{
    /// <summary>Sources with a display name; API clients may use others.</summary>
    public static IReadOnlyList<string> All { get; } =
    ["form", "api", .. StaffEntry.Sources, FirstContactTarget.Exempt];

    /// <summary>The words for <see cref="Lead.Source"/>.</summary>
    public static string Of(string? source) =>
        source switch
        {
            "form" => "Public form",
            "api" => "API",
            "phone" => "Phone",
            "walk_in" => "Walk-in",
            "referral" => "Referral",
            "email" => "Email",
            FirstContactTarget.Exempt => "Import",
            null or "" => "Not known",
            _ => source,
        };
}
