using System.Security.Cryptography;
using Anteroom.Leads;

namespace Anteroom.Web.Workspace;

/// <summary>What the form for a lead by hand shows: what was typed, what is wrong with it, and who it may be already.</summary>
public sealed record NewLeadForm
{
    /// <summary>The value of <see cref="AssignedTo"/> for the least busy attorney.</summary>
    public const string Automatic = "auto";

    /// <summary>As typed.</summary>
    public string? FirstName { get; init; }

    /// <summary>As typed.</summary>
    public string? LastName { get; init; }

    /// <summary>As typed.</summary>
    public string? Email { get; init; }

    /// <summary>As typed.</summary>
    public string? Phone { get; init; }

    /// <summary>As chosen.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>As typed.</summary>
    public string? Message { get; init; }

    /// <summary>One of <see cref="StaffEntry.Sources"/>.</summary>
    public string Source { get; init; } = StaffEntry.Sources[0];

    /// <summary>What the prospect reads.</summary>
    public Language Language { get; init; }

    /// <summary>Who enters it has spoken to the prospect.</summary>
    public bool HasSpoken { get; init; }

    /// <summary>The prospect gets the confirmation.</summary>
    public bool Confirms { get; init; }

    /// <summary><c>me</c>, <see cref="Automatic"/> or a user's id.</summary>
    public string AssignedTo { get; init; } = Automatic;

    /// <summary>Makes a double click one lead, not two.</summary>
    public required string Token { get; init; }

    /// <summary>What is wrong with fields; empty on a fresh form.</summary>
    public FieldErrors Errors { get; init; } = new();

    /// <summary>Leads with the same address; when there are some, the form asks whether this is another.</summary>
    public IReadOnlyList<Lead> Same { get; init; } = [];

    /// <summary>A file was chosen and is fine, but the browser will not send it again by itself.</summary>
    public bool ResumeToBeChosenAgain { get; init; }

    /// <summary>An empty form.</summary>
    public static NewLeadForm Fresh() => new() { Token = NewToken() };

    /// <summary>The form as it was sent.</summary>
    public static NewLeadForm Sent(IFormCollection form)
    {
        return new()
        {
            FirstName = Text("first_name"),
            LastName = Text("last_name"),
            Email = Text("email"),
            Phone = Text("phone"),
            PracticeArea = Text("practice_area"),
            Message = Text("message"),
            Source = Text("source") is { Length: > 0 } source ? source : StaffEntry.Sources[0],
            Language = WireName.TryParse(Text("language"), out Language language) ? language : Language.En,
            HasSpoken = Text("spoken") == "yes",
            Confirms = Text("confirm") == "yes",
            AssignedTo = Text("assigned_to") is { Length: > 0 } owner ? owner : Automatic,
            Token = Text("token") is { Length: > 0 and <= 100 } token ? token : NewToken(),
        };

        string? Text(string name) => form[name].FirstOrDefault();
    }

    /// <summary>The same as the use case takes it; what the form alone can know to be wrong is named in its errors.</summary>
    public Submission ToSubmission(CurrentUser by, Resumes.StagedResume? resume)
    {
        var owner =
            AssignedTo == "me" ? by.Id
            : Guid.TryParse(AssignedTo, out var id) ? id
            : (Guid?)null;
        var submission = new Submission
        {
            FirstName = FirstName,
            LastName = LastName,
            Email = Email,
            Phone = Phone,
            PracticeArea = PracticeArea,
            Message = Message,
            Resume = resume,
            Token = Token,
            Source = Source,
            Language = Language,
            Entry = new StaffEntry(by)
            {
                HasSpoken = HasSpoken,
                Confirms = Confirms,
                AssignedTo = owner,
            },
        };
        if (!StaffEntry.Sources.Contains(Source, StringComparer.Ordinal))
            submission.Errors.Add("source", $"Please choose one of: {string.Join(", ", StaffEntry.Sources)}.");
        if (owner is null && AssignedTo != Automatic)
            submission.Errors.Add("assigned_to", "Please choose somebody, or let Anteroom choose.");
        return submission;
    }

    private static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
