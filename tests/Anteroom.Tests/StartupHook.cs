using System.Diagnostics.CodeAnalysis;

/// <summary>
/// Runs in a process of the product before its own first line, when DOTNET_STARTUP_HOOKS names this assembly: how a test adds what a
/// developer would write into the table of statuses.
/// </summary>
[SuppressMessage("Design", "CA1050", Justification = "The runtime looks for this type outside of namespaces.")]
[SuppressMessage("Design", "MA0047", Justification = "The runtime looks for this type outside of namespaces.")]
internal static class StartupHook
{
    public static void Initialize() =>
        LeadStatus.Add(
            new("proposal", "Proposal sent", LeadStage.InContact)
            {
                Follows = [LeadStatus.Consultation],
                Precedes = [LeadStatus.Retained],
                Tone = "violet",
                Verb = "Proposal sent",
            }
        );
}
