using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>Why a change of status was not made, in the words of the lead's page.</summary>
public sealed record Conflict(string Title, string Sentence)
{
    /// <summary>The words for a result that changed nothing.</summary>
    public static Conflict Words(LeadChangeResult result) =>
        result switch
        {
            LeadChangeResult.ChangedMeanwhile meanwhile => new(
                $"{meanwhile.ByName ?? "Somebody"} changed this lead to {meanwhile.Now.ToLabel()} while you were looking at it.",
                "Nothing of yours was saved. Below is the lead as it is now."
            ),
            LeadChangeResult.BeingWelcomed => new(
                "The welcome email is being sent at this moment.",
                "Nothing was changed. Try again in a few seconds."
            ),
            LeadChangeResult.NotAllowed refused => new(
                $"A lead cannot go from {refused.From.ToLabel()} to {refused.To.ToLabel()}.",
                "Nothing was changed. The buttons below show where it can go."
            ),
            LeadChangeResult.Invalid invalid => new(
                "That reason cannot be kept.",
                $"{invalid.Errors.ByField.First().Value[0]} Nothing was changed."
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(result), result, "Not a conflict."),
        };
}
