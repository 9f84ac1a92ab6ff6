using System.Globalization;
using System.Runtime.CompilerServices;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>A lead of an export with the files that people of the firm added, the oldest first.</summary>
public sealed record ExportedLead(Lead Lead, IReadOnlyList<ExportedFile> Files);

/// <summary>Such a file.</summary>
public sealed record ExportedFile(Guid LeadId, string FileName, string Type, long Bytes, byte[] Sha256);

/// <summary>
/// Any number of leads by number, read in pieces by key: each piece is a page of the list, so all take the same time and memory, and nothing
/// is held in between. As CSV for spreadsheets: RFC 4180 with a header line, UTF-8 with a byte order mark.
/// </summary>
public sealed class ExportLeads(
    AnteroomDb db,
    NpgsqlDataSource database,
    LeadQueries queries,
    IOptions<FirmOptions> firm
)
{
    private const int Piece = 500;

    private string[] Header =>
        [
            "number",
            .. ProspectFacts.Summary.Select(fact => fact.Name),
            "status",
            "attorney",
            "source",
            "received",
            "first_contact",
            "first_contact_by",
            "needs_call",
            "last_change",
            .. firm.Value.Questions.Select(question => question.Field),
            "files",
            "code",
        ];

    // Text that looks like a formula is escaped: a name must not run on the reader's machine.
    private static readonly CsvWriterOptions Beginning = new()
    {
        Injection = CsvInjection.Escape,
        WriteByteOrderMark = true,
    };

    private static readonly CsvWriterOptions Rest = new() { Injection = CsvInjection.Escape };

    /// <summary>Writes what matches and <paramref name="user"/> may see as CSV.</summary>
    /// <param name="query">Which leads, in which order; a part that goes on after a lead has no header line.</param>
    /// <param name="most">How many rows at most.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="to">Where to.</param>
    /// <param name="cancellation">Stops.</param>
    public async Task WriteCsvAsync(
        LeadQuery query,
        long most,
        CurrentUser user,
        Stream to,
        CancellationToken cancellation
    )
    {
        var names = await db.Users.ToDictionaryAsync(one => one.Id, one => one.FullName, cancellation);
        using var bytes = new MemoryStream();
        var begun = query.Before is not null || query.After is not null;
        await foreach (var leads in PiecesAsync(query, most, user, cancellation))
        {
            bytes.SetLength(0);
            using (var csv = CsvWriter.Create(bytes, begun ? Rest : Beginning, leaveOpen: true))
            {
                if (!begun)
                    csv.WriteRecord(Header);
                foreach (var (lead, files) in leads)
                    csv.WriteRecord(Line(lead, files, names));
            }

            begun = true;
            await to.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancellation);
        }
    }

    /// <summary>Leads with their resumes and files, piece by piece; the first may be empty.</summary>
    /// <param name="query">Which leads, in one of the orders by number, and after which; its limit is ignored.</param>
    /// <param name="most">How many at most.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="cancellation">Stops.</param>
    public async IAsyncEnumerable<IReadOnlyList<ExportedLead>> PiecesAsync(
        LeadQuery query,
        long most,
        CurrentUser user,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        for (var left = most; ; )
        {
            var page = await queries.ListAsync(query with { Limit = (int)Math.Min(Piece, left) }, user, cancellation);
            yield return await WithFilesAsync(page.Leads, cancellation);
            left -= page.Leads.Count;
            if (page.Next is not { } last || left <= 0)
                yield break;
            query = query.Sort == LeadSort.Newest ? query with { Before = last } : query with { After = last };
        }
    }

    private async Task<IReadOnlyList<ExportedLead>> WithFilesAsync(
        IReadOnlyList<Lead> leads,
        CancellationToken cancellation
    )
    {
        var files = (
            await database.QueryAsync<ExportedFile>(
                """
                select lead_id, file_name, type, bytes, sha256 from resumes
                where lead_id = any ($1) and added_at is not null and deleted_at is null order by id
                """,
                cancellation,
                Sql.Value(leads.Select(lead => lead.Id).ToArray())
            )
        ).ToLookup(file => file.LeadId);
        return [.. leads.Select(lead => new ExportedLead(lead, [.. files[lead.Id]]))];
    }

    private string?[] Line(Lead lead, IReadOnlyList<ExportedFile> files, Dictionary<Guid, string> names) =>
        [
            lead.Number.ToString(CultureInfo.InvariantCulture),
            .. ProspectFacts.Summary.Select(fact => fact.Get(lead)),
            lead.Status.ToWire(),
            Name(lead.AssignedTo, names),
            lead.Source,
            Time(lead.CreatedAt),
            Time(lead.ReachedOutAt),
            Name(lead.ReachedOutBy, names),
            lead.NeedsCall ? "yes" : "no",
            Time(lead.UpdatedAt),
            .. firm.Value.Questions.Select(question => string.Join(", ", lead.Answers[question.Key])),
            string.Join("; ", files.Select(file => file.FileName)),
            lead.Code,
        ];

    private static string? Name(Guid? user, Dictionary<Guid, string> names) =>
        names.GetValueOrDefault(user ?? Guid.Empty);

    private static string? Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
