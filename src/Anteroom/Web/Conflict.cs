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
                T[
                    "{0} changed this lead to {1} while you were looking at it.",
                    meanwhile.ByName ?? T["Somebody"],
                    T[meanwhile.Now.ToLabel()]
                ],
                T["Nothing of yours was saved. Below is the lead as it is now."]
            ),
            LeadRefusal.BeingWelcomed => new(
                T["The welcome email is being sent at this moment."],
                T["Nothing was changed. Try again in a few seconds."]
            ),
            LeadRefusal.NotAllowed move => new(
                T["A lead cannot go from {0} to {1}.", T[move.From.ToLabel()], T[move.To.ToLabel()]],
                T["Nothing was changed. The buttons below show where it can go."]
            ),
            LeadRefusal.NotSentAgain(var why) => new(T["That email was not sent again."], T.Say(why)),
            Refusal.Invalid invalid => new(
                T["That reason cannot be kept."],
                T["{0} Nothing was changed.", T.Say(invalid.Errors.ByField.First().Value[0])]
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal, "Not a conflict."),
        };
}
