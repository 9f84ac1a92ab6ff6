using System.Security.Cryptography;
using Anteroom.Firm;
using Anteroom.Leads;

namespace Anteroom.Web.Public;

/// <summary>What the public form shows: what the prospect typed, and what is wrong with it.</summary>
public sealed record ApplyForm
{
    /// <summary>As typed, by the names of the fields.</summary>
    public FieldTexts Texts { get; init; } = new();

    /// <summary>Makes a double click or a reload one lead, not two.</summary>
    public required string Token { get; init; }

    /// <summary>When it was first shown, for <see cref="BotTrap"/>; null: unknown.</summary>
    public string? Shown { get; init; }

    /// <summary>It was taken for a program's: shows the box to tick.</summary>
    public bool AskIfPerson { get; init; }

    /// <summary>Sent again, it is believed to come from a person: the box was ticked, or need not be.</summary>
    public bool IsPerson { get; init; }

    /// <summary>What is wrong with fields; empty on a fresh form.</summary>
    public FieldErrors Errors { get; init; } = new();

    /// <summary>Why nothing was saved, when no field is to blame; null otherwise.</summary>
    public Sentence? Problem { get; init; }

    /// <summary>It was sent before.</summary>
    public bool ComesBack { get; init; }

    /// <summary>A resume was sent and is fine, but the browser will not send it again by itself.</summary>
    public bool ResumeToBeChosenAgain { get; init; }

    /// <summary>An empty form with a token of its own.</summary>
    public static ApplyForm Fresh(string? shown = null) => new() { Token = NewToken(), Shown = shown };

    /// <summary>The form with everything that was typed in <paramref name="submission"/>.</summary>
    public static ApplyForm Kept(Submission submission, FieldErrors? errors = null, Sentence? problem = null)
    {
        errors ??= new FieldErrors();
        return new()
        {
            Texts = submission.Texts,
            ComesBack = true,
            Token = string.IsNullOrWhiteSpace(submission.Token) ? NewToken() : submission.Token,
            Shown = submission.Texts[BotTrap.Shown],
            IsPerson = BotTrap.SaysPerson(submission),
            Errors = errors,
            Problem = problem,
            ResumeToBeChosenAgain = submission.Resume is not null && errors.For("resume") is null,
        };
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
