using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>What has been read of a submission so far, whichever way it is written.</summary>
internal sealed class SubmissionParts(string source)
{
    /// <summary>The names of the texts, as in the form and in both APIs.</summary>
    public static readonly IReadOnlyList<string> Fields =
    [
        "first_name",
        "last_name",
        "email",
        "phone",
        "practice_area",
        "message",
    ];

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _twice = new(StringComparer.Ordinal);
    private readonly FieldErrors _wrong = new();

    public StagedResume? Resume { get; set; }

    public bool TooManyFiles { get; set; }

    /// <summary>A field that stands there once too often is named later, when it is one of ours.</summary>
    public void AddText(string name, string value)
    {
        if (!_texts.TryAdd(name, value))
            _twice.Add(name);
    }

    /// <summary>A field that cannot be read at all; the use case then does not add that it is missing.</summary>
    public void AddWrong(string name, Sentence sentence) => _wrong.Add(name, sentence);

    public Submission ToSubmission()
    {
        var submission = new Submission
        {
            FirstName = _texts.GetValueOrDefault("first_name"),
            LastName = _texts.GetValueOrDefault("last_name"),
            Email = _texts.GetValueOrDefault("email"),
            Phone = _texts.GetValueOrDefault("phone"),
            PracticeArea = _texts.GetValueOrDefault("practice_area"),
            Message = _texts.GetValueOrDefault("message"),
            Token = _texts.GetValueOrDefault("token"),
            Language = WireName.TryParse(_texts.GetValueOrDefault("language"), out Language language)
                ? language
                : Language.En,
            Resume = Resume,
            Source = source,
            Texts = _texts,
        };
        foreach (var (name, sentences) in _wrong.ByField)
            submission.Errors.Add(name, sentences[0]);
        foreach (var name in _twice.Intersect(Fields, StringComparer.Ordinal))
            submission.Errors.Add(name, "This was sent twice. Please send it once.");
        if (TooManyFiles)
            submission.Errors.Add("resume", "Please send one file; these were several.");
        else if (_texts.ContainsKey("resume"))
            submission.Errors.Add("resume", "The resume has to be sent as a file, not as text.");
        return submission;
    }
}
