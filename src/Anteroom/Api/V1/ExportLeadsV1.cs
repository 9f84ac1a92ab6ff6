using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Anteroom.Audit;
using Anteroom.Leads;

namespace Anteroom.Api.V1;

/// <summary>
/// Leads as a file of any length: <c>GET /api/v1/leads/export</c>, as CSV, as a JSON array, or as JSON objects. A lead in JSON is a line of
/// its own, so that whoever was cut off knows the whole ones.
/// </summary>
internal static class ExportLeadsV1
{
    private static readonly Dictionary<string, string> Formats = new(StringComparer.Ordinal)
    {
        ["csv"] = "text/csv; charset=utf-8",
        ["json"] = "application/json",
        ["ndjson"] = "application/x-ndjson",
    };

    // Read here; the others as the list reads them.
    private static readonly string[] Own = ["format", "limit", "cursor"];

    private static readonly string[] Names =
    [
        .. Own,
        "status",
        "assigned_to",
        "q",
        "email",
        "created_from",
        "created_to",
        "sort",
    ];

    public static void MapExportLeadsV1(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/leads/export", ExportAsync)
            .WithGroupName("v1")
            .WithTags("Leads")
            .RequireAuthorization(Rights.WorkLeads)
            .WithSummary("Export leads")
            .WithDescription(
                "All leads that match, as a file, read and sent piece by piece. Rows are in order of their number. Whoever was cut off goes on with the number of the last whole row as the cursor, and gets the rows after it, without CSV's header line."
            )
            .TakesText("format", "How the leads are written; csv when left out.", Formats.Keys)
            .TakesText("cursor", "The number of the last row that has arrived: only the rows after it.")
            .TakesNumber("limit", 1, int.MaxValue, "How many rows at most; all when left out.")
            .DescribesFilters("The order; oldest first when left out, so that what comes in meanwhile is at the end.")
            .Produces<IReadOnlyList<LeadV1>>()
            .AnswersText(
                "text/csv",
                "A header line, and a line for each lead.",
                "number,first_name,last_name\r\n128,Ada,Lovelace\r\n"
            )
            .AnswersText("application/x-ndjson", "The JSON of a lead in each line.", "{\"number\":128}\n")
            .AnswersHeader(StatusCodes.Status200OK, "Content-Disposition", "attachment, with a name for the file.")
            .ProducesValidationProblem();

    private static async Task<IResult> ExportAsync(
        HttpContext context,
        CurrentUser user,
        ExportLeads export,
        AuditLog audit,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        if (!TryRead(context.Request.Query, user, out var query, out var format, out var most, out var errors))
            return Problem.Fields(errors);

        // What was searched for may be somebody's name.
        await audit.WriteAsync(
            AuditKind.Exported,
            $"exported leads{(query.Filter with { Search = null }).ToQuery()}",
            "leads",
            by: user,
            cancellation: cancellation
        );
        return TypedResults.Stream(
            to =>
                format == "csv"
                    ? export.WriteCsvAsync(query, most, user, to, cancellation)
                    : WriteJsonAsync(
                        export.PiecesAsync(query, most, user, cancellation),
                        lines: format == "ndjson",
                        to,
                        cancellation
                    ),
            Formats[format],
            string.Create(CultureInfo.InvariantCulture, $"leads-{time.GetUtcNow():yyyy-MM-dd}.{format}")
        );
    }

    private static bool TryRead(
        IQueryCollection parameters,
        CurrentUser user,
        out LeadQuery query,
        out string format,
        out long most,
        out FieldErrors errors
    )
    {
        var filters = parameters.Where(one => !Own.Contains(one.Key, StringComparer.Ordinal));
        ListQueryV1.TryRead(
            new QueryCollection(filters.ToDictionary(StringComparer.OrdinalIgnoreCase)),
            Names,
            user,
            out query,
            out var wrong
        );
        format = "csv";
        if (parameters.TryGetValue("format", out var asked))
        {
            format = asked.ToString();
            if (!Formats.ContainsKey(format))
                wrong.Add("format", $"This has to be one of {string.Join(", ", Formats.Keys)}.");
        }

        most = Number("limit", int.MaxValue, "This has to be a whole number from 1 to 2147483647.") ?? long.MaxValue;
        var last = Number("cursor", long.MaxValue, "This has to be the number of the last row that has arrived.");
        if (!parameters.ContainsKey("sort"))
            query = query with { Sort = LeadSort.Oldest };
        if (last is { } number)
            query =
                query.Sort == LeadSort.Newest
                    ? query with
                    {
                        Before = new LeadCursor(number),
                    }
                    : query with
                    {
                        After = new LeadCursor(number),
                    };
        errors = wrong;
        return wrong.IsEmpty;

        long? Number(string name, long largest, string otherwise)
        {
            if (!parameters.TryGetValue(name, out var text))
                return null;
            if (
                long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value >= 1
                && value <= largest
            )
                return value;
            wrong.Add(name, otherwise);
            return null;
        }
    }

    private static async Task WriteJsonAsync(
        IAsyncEnumerable<IReadOnlyList<ExportedLead>> pieces,
        bool lines,
        Stream to,
        CancellationToken cancellation
    )
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        var first = true;
        await foreach (var leads in pieces)
        {
            foreach (var (lead, files) in leads)
            {
                if (!lines)
                    bytes.Write(first ? "[\n"u8 : ",\n"u8);
                json.Reset();
                JsonSerializer.Serialize(json, LeadV1.From(lead, files), V1Json.Default.LeadV1);
                if (lines)
                    bytes.Write("\n"u8);
                first = false;
            }

            await to.WriteAsync(bytes.WrittenMemory, cancellation);
            bytes.ResetWrittenCount();
        }

        if (!lines)
            await to.WriteAsync(first ? "[]\n"u8.ToArray() : "\n]\n"u8.ToArray(), cancellation);
    }
}
