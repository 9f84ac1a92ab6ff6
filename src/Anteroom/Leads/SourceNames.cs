namespace Anteroom.Leads;

/// <summary>What people call the ways that leads come in.</summary>
public static class SourceNames
{
    /// <summary>The words for <see cref="Lead.Source"/>.</summary>
    public static string Of(string? source) =>
        source switch
        {
            "form" => "Public form",
            "api" => "API",
            "demo" => "Demo",
            "phone" => "Phone",
            "walk_in" => "Walk-in",
            "referral" => "Referral",
            "email" => "E-mail",
            null or "" => "Not known",
            _ => source,
        };
}
