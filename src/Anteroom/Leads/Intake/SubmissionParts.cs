using Anteroom.Firm;
using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>What has been read of a submission so far, in any format.</summary>
/// <param name="source">The door.</param>
/// <param name="questions">The firm's own.</param>
internal sealed class SubmissionParts(string source, IReadOnlyList<Question> questions)
{
    private readonly FieldTexts _texts = new();
    private readonly FieldErrors _wrong = new();

    public IReadOnlyList<Question> Questions => questions;

    public StagedResume? Resume { get; set; }

    public bool TooManyFiles { get; set; }

    /// <summary>A duplicate field is reported later, if it is one of ours.</summary>
    public void AddText(string name, string value) => _texts.Add(name, value);

    /// <summary>A field that cannot be read at all; the use case then does not add that it is missing.</summary>
    public void AddWrong(string name, Sentence sentence) => _wrong.Add(name, sentence);

    public Submission ToSubmission()
    {
        var submission = new Submission
        {
            Texts = _texts,
            Resume = Resume,
            Source = source,
        };
        foreach (var (name, sentences) in _wrong.ByField)
            submission.Errors.Add(name, sentences[0]);
        var once = ProspectFacts
            .All.Select(fact => fact.Name)
            .Concat(questions.Where(question => !question.TakesSeveral).Select(question => question.Field));
        foreach (var name in once.Where(name => _texts.CountOf(name) > 1))
            submission.Errors.Add(name, "This was sent twice. Please send it once.");
        if (TooManyFiles)
            submission.Errors.Add("resume", "Please send one file; these were several.");
        // An empty part is how a browser sends that no file was chosen.
        else if (!string.IsNullOrWhiteSpace(_texts["resume"]))
            submission.Errors.Add("resume", "The resume has to be sent as a file, not as text.");
        return submission;
    }
}
