using Anteroom.Firm;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>Which file a door wants of a prospect.</summary>
public sealed record FileWanted
{
    /// <summary>A submission without one is refused.</summary>
    public bool IsRequired { get; init; } = true;

    /// <summary>The door calls it a resume; false where the firm has another name for it.</summary>
    public bool IsCalledResume { get; init; } = true;

    /// <summary>It can be a photo.</summary>
    public bool TakesPhotos { get; init; }

    /// <summary>For a sentence: what it can be.</summary>
    public string Types => ResumeTypeNames.AcceptedWith(TakesPhotos);

    /// <summary>What the firm's settings say for a door: <c>form</c>, or any other.</summary>
    public static FileWanted By(IntakeOptions intake, string source) =>
        source == "form"
            ? new()
            {
                IsRequired = intake.Wanted == ResumeWanted.Required,
                IsCalledResume = intake.ResumeLabelIn(Languages.Current) is null,
                TakesPhotos = intake.Photos,
            }
            : new() { IsRequired = intake.Wanted != ResumeWanted.Optional, TakesPhotos = intake.Photos };

    /// <summary>What is said to those who sent none.</summary>
    internal Sentence Missing =>
        IsCalledResume
            ? (Sentence)$"Please add your resume or CV as a {(Sentence)Types} file."
            : (Sentence)$"Please add a {(Sentence)Types} file.";
}
