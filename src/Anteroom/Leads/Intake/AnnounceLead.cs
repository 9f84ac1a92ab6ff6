using Anteroom.Data;
using Anteroom.Live;
using Anteroom.Resumes;
using Anteroom.Work;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>Wakes everybody who waits for a new lead once it is committed: workers, open pages, the log.</summary>
internal sealed partial class AnnounceLead(
    WorkSignal work,
    Changes changes,
    IOptions<ScannerOptions> scanner,
    ILogger<AnnounceLead> logger
)
{
    /// <summary>Waits for nothing.</summary>
    public void Run(NewLead lead)
    {
        work.Poke(WorkSignal.Emails);
        if (lead is { Owner: null, Given: null, WaitsUntil: null })
            work.Poke(WorkKind.Assign.ToWire());
        var resume = lead.Submission.Resume;
        if (resume is not null && scanner.Value.IsOn)
            work.Poke(WorkKind.ScanResume.ToWire());
        changes.Publish(lead.Number);
        Submitted(logger, lead.Number, lead.Id, lead.Submission.Source, resume?.Type, resume?.Bytes ?? 0);
    }

    [LoggerMessage(LogLevel.Information, "Lead {Number} ({Id}) submitted through {Source}: {Type}, {Bytes} bytes")]
    private static partial void Submitted(
        ILogger logger,
        long number,
        Guid id,
        string source,
        ResumeType? type,
        long bytes
    );
}
