using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>Submits made-up people with their resumes, as the form does.</summary>
internal sealed class SampleSubmissions(SubmitLead submitLead, IResumeStore resumes, IOptions<FirmOptions> firm)
{
    /// <summary>Sends one person's form; returns the lead's number.</summary>
    public async Task<long> SendAsync(ProspectFacts person, Random random, CancellationToken cancellation)
    {
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
                Source = "demo",
            },
            cancellation
        );
        return ((SubmitResult.Accepted)result).Number;
    }
}
