using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Timeline;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>What an import of another system has come to.</summary>
/// <param name="Import">Its id; null for a dry run.</param>
/// <param name="Users">What became of each account.</param>
/// <param name="Leads">Leads that were added.</param>
/// <param name="Files">Files that came with them.</param>
/// <param name="Skipped">Leads that were here before.</param>
/// <param name="Refused">Leads that cannot be taken.</param>
/// <param name="Remarks">What somebody should know, a sentence each.</param>
/// <param name="RefusedFiles">Where files lie that were refused; null when none was.</param>
public sealed record ImportedSystem(
    Guid? Import,
    IReadOnlyList<ImportedUserResult> Users,
    int Leads,
    int Files,
    int Skipped,
    int Refused,
    IReadOnlyList<string> Remarks,
    string? RefusedFiles
);

/// <summary>Takes over users, leads and files of another system. Done twice, it is done once.</summary>
internal sealed class ImportSystem(
    ImportUsers importUsers,
    WriteImported write,
    SourceFiles files,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    private const int BatchSize = 500;
    private const int FilesAtOnce = 8;

    /// <summary>Takes it over.</summary>
    /// <param name="source">Which.</param>
    /// <param name="folder">Its folder of files; null without.</param>
    /// <param name="dryRun">Only says what would become of it. Files are inspected, and none is kept.</param>
    /// <param name="progress">Told how many leads are dealt with.</param>
    /// <param name="cancellation">Stops between two batches; what is written stays, and the next import goes on.</param>
    public async Task<ImportedSystem> RunAsync(
        ISourceSystem source,
        string? folder,
        bool dryRun,
        Action<int> progress,
        CancellationToken cancellation
    )
    {
        var system = source.Kind.ToWire();
        var accounts = await source.UsersAsync(cancellation);
        var users = accounts.Count == 0 ? [] : await importUsers.RunAsync(system, accounts, dryRun, cancellation);
        var people = users
            .Where(user => user.Id is not null)
            .ToDictionary(user => user.User.Origin, user => user.Id!.Value, StringComparer.Ordinal);
        var open = dryRun
            ? null
            : await write.BeginAsync(
                source.Kind,
                source.Name,
                await source.HighestNumberAsync(cancellation),
                Actor.Anteroom,
                cancellation
            );
        var so = new Tally();
        await foreach (var batch in source.LeadsAsync(cancellation).Chunk(BatchSize).WithCancellation(cancellation))
        {
            await TakeAsync(batch, folder, people, open, so, cancellation);
            progress(so.Leads + so.Skipped + so.Refused);
        }

        if (open is not null)
            await write.EndAsync(
                open,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"imported {so.Leads:N0} leads and {users.Count(user => user.IsNew):N0} users from {source.Name} ({system})"
                ),
                cancellation
            );
        var refused = open is null ? null : files.RefusedFolder(open.Id);
        return new(
            open?.Id,
            users,
            so.Leads,
            so.Files,
            so.Skipped,
            so.Refused,
            so.Remarks,
            Directory.Exists(refused) ? refused : null
        );
    }

    private sealed class Tally
    {
        public int Leads { get; set; }
        public int Files { get; set; }
        public int Skipped { get; set; }
        public int Refused { get; set; }
        public List<string> Remarks { get; } = [];
    }

    private async Task TakeAsync(
        SourceLead[] batch,
        string? folder,
        Dictionary<string, Guid> people,
        WriteImported.Open? open,
        Tally so,
        CancellationToken cancellation
    )
    {
        var known = await write.KnownAsync(batch.Select(KeyOf), cancellation);
        var leftOut = new List<RowLeftOut>();
        var leads = new List<(SourceLead From, ImportedLead Lead)>();
        foreach (var from in batch)
            if (known.TryGetValue(Convert.ToHexString(KeyOf(from)), out var number))
                leftOut.Add(new(from.Line, RowOutcome.Skip, WriteImported.Imported(number)));
            else if (Read(from, people, out var problem) is { } lead)
                leads.Add((from, lead));
            else
            {
                leftOut.Add(new(from.Line, RowOutcome.Refused, problem));
                so.Remarks.Add($"Lead {Figure(from.Line)} was left out. {problem}");
            }

        var taken = new TakenFile?[leads.Count];
        await Parallel.ForAsync(
            0,
            leads.Count,
            new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellation },
            async (at, stop) =>
            {
                if (leads[at].From is { File: { } file, Line: var line })
                    taken[at] = await files.TakeAsync(folder, file, line, open?.Id, stop);
            }
        );
        List<ImportedLead> complete =
        [
            .. leads.Select((each, at) => each.Lead with { Resume = taken[at]?.Kept, Remark = taken[at]?.Remark }),
        ];
        so.Remarks.AddRange(
            complete.Where(lead => lead.Remark is not null).Select(lead => $"Lead {Figure(lead.Line)}: {lead.Remark}")
        );
        if (open is not null)
            foreach (var key in await write.WriteAsync(open, complete, leftOut, cancellation))
                await files.DiscardAsync(key);
        so.Leads += complete.Count;
        so.Files += taken.Count(file => file is { Remark: null });
        so.Skipped += leftOut.Count(row => row.Outcome == RowOutcome.Skip);
        so.Refused += leftOut.Count(row => row.Outcome == RowOutcome.Refused);
    }

    private ImportedLead? Read(SourceLead from, Dictionary<string, Guid> people, out string problem)
    {
        problem = "";
        if (from.Status is null)
        {
            problem = $"Its state “{from.State}” is none that is known.";
            return null;
        }

        var texts = new FieldTexts();
        texts.Add("first_name", from.FirstName ?? "");
        texts.Add("last_name", string.IsNullOrWhiteSpace(from.LastName) ? "-" : from.LastName);
        texts.Add("email", from.Email ?? "");
        var errors = new FieldErrors();
        if (ProspectFacts.Read(texts, firm.Value.FactRules with { Questions = [] }, errors) is not { } facts)
        {
            problem = string.Join(' ', errors.ByField.SelectMany(field => field.Value).Select(one => $"{one}"));
            return null;
        }

        return new ImportedLead
        {
            Line = from.Line,
            Id = from.Id ?? Guid.CreateVersion7(time.GetUtcNow()),
            Number = from.Number,
            Facts = facts,
            Status = from.Status,
            CreatedAt = Sql.Instant(from.CreatedAt),
            UpdatedAt = Sql.Instant(from.UpdatedAt),
            ReachedOutBy =
                from.Status.IsReached && from.ReachedOutBy is { } by && people.TryGetValue(by, out var who)
                    ? who
                    : null,
            AssignedTo = from.AssignedTo is { } to && people.TryGetValue(to, out var owner) ? owner : null,
            Key = KeyOf(from),
            Story = $"came from another system, where it was lead {(from.Number is { } old ? Figure(old) : from.Id)}",
        };
    }

    private static byte[] KeyOf(SourceLead lead) => SHA256.HashData(Encoding.UTF8.GetBytes(lead.Identity));

    private static string Figure(long number) => number.ToString(CultureInfo.InvariantCulture);
}
