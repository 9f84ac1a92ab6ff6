using Anteroom.Resumes;

namespace Anteroom.Leads;

/// <summary>
/// A lead as a query finds it with its resume. <c>Include</c> would put the two together for us, and make a delegate for each row to do so
/// (EF Core 10), which takes a third of the time of a list.
/// </summary>
internal sealed class FoundLead
{
    /// <summary>How many leads match, where that is asked for.</summary>
    public long Total { get; init; }

    public Lead? Lead { get; init; }
    public Resume? Resume { get; init; }

    /// <summary>The two together; null when no lead matches.</summary>
    public Lead? Whole
    {
        get
        {
            if (Lead is not null)
                Lead.Resume = Resume;
            return Lead;
        }
    }
}
