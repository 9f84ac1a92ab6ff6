using System.Globalization;
using System.Runtime.CompilerServices;
using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using CsvHelper;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>
/// Leads as CSV for spreadsheets: RFC 4180 with a header line, UTF-8 with a byte order mark, newest first. Read and sent in chunks, so it
/// can be of any length.
/// </summary>
public sealed class ExportLeads(AnteroomDb db, LeadsInSight inSight, LeadQueries queries, IOptions<FirmOptions> firm)
{
    private const int Piece = 500;

    // The newest results of a search, at most.
    private const int MostFound = 100_000;

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
        ];

    // Text that looks like a formula is escaped: a name must not run on the reader's machine.
    private static readonly CsvWriterOptions Beginning = new()
    {
        Injection = CsvInjection.Escape,
        WriteByteOrderMark = true,
    };

    private static readonly CsvWriterOptions Rest = new() { Injection = CsvInjection.Escape };

    /// <summary>Writes what matches and <paramref name="user"/> may see.</summary>
    public async Task WriteAsync(LeadQuery query, CurrentUser user, Stream to, CancellationToken cancellation)
    {
        var names = await db.Users.ToDictionaryAsync(one => one.Id, one => one.FullName, cancellation);
        using var bytes = new MemoryStream();
        var begun = false;
        await foreach (var leads in PiecesAsync(query, user, cancellation))
        {
            bytes.SetLength(0);
            using (var csv = CsvWriter.Create(bytes, begun ? Rest : Beginning, leaveOpen: true))
            {
                if (!begun)
                    csv.WriteRecord(Header);
                foreach (var lead in leads)
                    csv.WriteRecord(Line(lead, names));
            }

            begun = true;
            await to.WriteAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancellation);
        }
    }

    /// <summary>Chunks of the list; the first may be empty. Each is read by key, so all take the same time.</summary>
    private async IAsyncEnumerable<List<Lead>> PiecesAsync(
        LeadQuery query,
        CurrentUser user,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        // A search runs once, for its numbers, which take little memory.
        long[]? found = query.IsSearch
            ? await queries.Matching(query, user, MostFound).Select(lead => lead.Number).ToArrayAsync(cancellation)
            : null;
        var before = long.MaxValue;
        for (var first = 0; ; first += Piece)
        {
            var leads = inSight.Of(user).AsNoTracking();
            if (found is null)
            {
                leads = queries.Filter(leads, query).Where(lead => lead.Number < before);
            }
            else
            {
                var some = found.AsSpan(Math.Min(first, found.Length)).ToArray();
                some = some.Length > Piece ? some[..Piece] : some;
                leads = leads.Where(lead => some.Contains(lead.Number));
            }

            var piece = await leads.OrderByDescending(lead => lead.Number).Take(Piece).ToListAsync(cancellation);
            yield return piece;
            if (found is null ? piece.Count < Piece : first + Piece >= found.Length)
                yield break;
            if (found is null)
                before = piece[^1].Number;
        }
    }

    private string?[] Line(Lead lead, Dictionary<Guid, string> names) =>
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
        ];

    private static string? Name(Guid? user, Dictionary<Guid, string> names) =>
        names.GetValueOrDefault(user ?? Guid.Empty);

    private static string? Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
