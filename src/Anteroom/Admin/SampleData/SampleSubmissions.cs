using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>Submits made-up people with their resumes, as the form does.</summary>
internal sealed class SampleSubmissions(SubmitLead submitLead, IResumeStore resumes, IOptions<FirmOptions> firm)
{
    /// <summary>How the leads of an ordinary firm come in: how many of 20.</summary>
    private static readonly (int Until, string Source)[] Sources =
    [
        (12, "form"),
        (15, "phone"),
        (17, "referral"),
        (18, "email"),
        (19, "walk_in"),
        (20, "api"),
    ];

    /// <summary>Sends one person's form, or enters who called or walked in; returns the lead's number.</summary>
    public async Task<long> SendAsync(
        ProspectFacts person,
        CurrentUser desk,
        Random random,
        CancellationToken cancellation
    )
    {
        var dice = random.Next(20);
        var source = Sources.First(source => dice < source.Until).Source;
        using var file = new MemoryStream(SamplePeople.ResumeOf(person));
        await using var resume = await resumes.StageAsync(
            file,
            $"{person.LastName} {person.FirstName} resume.rtf",
            maxBytes: 1024 * 1024,
            cancellation
        );
        var areas = firm.Value.PracticeAreas;
        person.PracticeArea = random.Next(6) == 0 ? null : areas[random.Next(areas.Count)];
        var result = await submitLead.RunAsync(
            new Submission
            {
                Texts = FieldTexts.Of(person),
                Resume = resume,
                Source = source,
                Entry = StaffEntry.Sources.Contains(source, StringComparer.Ordinal)
                    ? new StaffEntry(desk) { Confirms = true }
                    : null,
            },
            cancellation
        );
        return ((SubmitResult.Accepted)result).Number;
    }
}
