using Anteroom.Leads;

namespace Anteroom.Web;

/// <summary>Why something was not done, as a page says it.</summary>
public sealed record Conflict(string Title, string Sentence)
{
    /// <summary>The status code of the page.</summary>
    public static int Status(Refusal refusal) =>
        refusal switch
        {
            Refusal.NotFound => StatusCodes.Status404NotFound,
            Refusal.Forbidden => StatusCodes.Status403Forbidden,
            Refusal.Invalid => StatusCodes.Status422UnprocessableEntity,
            _ => StatusCodes.Status409Conflict,
        };

    /// <summary>What a lead's page says.</summary>
    public static Conflict Words(Refusal refusal) =>
        refusal switch
        {
            LeadRefusal.MovedMeanwhile meanwhile => new(
                $"{meanwhile.ByName ?? "Somebody"} changed this lead to {meanwhile.Now.ToLabel()} while you were looking at it.",
                "Nothing of yours was saved. Below is the lead as it is now."
            ),
            LeadRefusal.BeingWelcomed => new(
                "The welcome email is being sent at this moment.",
                "Nothing was changed. Try again in a few seconds."
            ),
            LeadRefusal.NotAllowed move => new(
                $"A lead cannot go from {move.From.ToLabel()} to {move.To.ToLabel()}.",
                "Nothing was changed. The buttons below show where it can go."
            ),
            LeadRefusal.NotSentAgain(var sentence) => new("That email was not sent again.", sentence),
            Refusal.Invalid invalid => new(
                "That reason cannot be kept.",
                $"{invalid.Errors.ByField.First().Value[0]} Nothing was changed."
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a conflict."),
        };
}
