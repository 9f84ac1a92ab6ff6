using System.Data;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>
/// Everything that is known about a person as one ZIP: JSON for programs, HTML for people, and the files. It is made while it is sent.
/// </summary>
public sealed class ExportPerson(
    NpgsqlDataSource database,
    IResumeStore store,
    AuditLog audit,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    private sealed record FileRow(Guid Id, long Number, string FileName, string StorageKey, string ScanState);

    /// <summary>Writes down that it is taken along.</summary>
    public Task RecordAsync(IReadOnlyList<PersonLead> leads, CurrentUser by, CancellationToken cancellation) =>
        audit.WriteAsync(
            AuditKind.Exported,
            $"downloaded everything about one person, {Texts.Figure(leads.Count)} {(leads.Count == 1 ? "lead" : "leads")}: {string.Join(", ", Numbers(leads))}",
            leads.Count == 1 ? $"lead:{Numbers(leads)[0]}" : "leads",
            by: by,
            cancellation: cancellation
        );

    /// <summary>Writes the ZIP.</summary>
    public async Task WriteAsync(IReadOnlyList<PersonLead> leads, Stream target, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(
            IsolationLevel.RepeatableRead,
            cancellation
        );
        await using var sent = new WithoutSyncWrites(target);
        await using var zip = await ZipArchive.CreateAsync(
            sent,
            ZipArchiveMode.Create,
            leaveOpen: true,
            Encoding.UTF8,
            cancellation
        );
        await WriteJsonAsync(zip, connection, leads, cancellation);
        await WriteHtmlAsync(zip, connection, leads, cancellation);
        var files = await connection.QueryAsync<FileRow>(
            """
            select resumes.id, number, file_name, storage_key, scan_state from resumes join leads on leads.id = lead_id
            where lead_id = any ($1) and resumes.deleted_at is null order by number, resumes.id
            """,
            cancellation,
            Sql.Value(leads.Select(lead => lead.Id).ToArray())
        );
        foreach (var file in files)
            await WriteFileAsync(zip, file, cancellation);
    }

    private async Task WriteFileAsync(ZipArchive zip, FileRow file, CancellationToken cancellation)
    {
        // The id keeps two files of one name apart; the name was cleaned when it came.
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"files/lead-{file.Number}-{file.Id.ToString("N")[^8..]}-{file.FileName}"
        );
        await using var content =
            file.ScanState == "quarantined" ? null : await store.OpenAsync(file.StorageKey, cancellation);
        if (content is null)
        {
            await using var note = await OpenAsync(zip, $"{name}.missing.txt", cancellation);
            await note.WriteAsync(
                Encoding.UTF8.GetBytes(
                    file.ScanState == "quarantined"
                        ? "The virus scanner has found something in this file, so it is not handed out.\n"
                        : "This file is not in the store.\n"
                ),
                cancellation
            );
            return;
        }

        await using var entry = await OpenAsync(zip, name, cancellation);
        await content.CopyToAsync(entry, cancellation);
    }

    private async Task WriteJsonAsync(
        ZipArchive zip,
        NpgsqlConnection connection,
        IReadOnlyList<PersonLead> leads,
        CancellationToken cancellation
    )
    {
        await using var entry = await OpenAsync(zip, "person.json", cancellation);
        await using var json = new Utf8JsonWriter(entry, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("firm", firm.Value.Name);
        json.WriteString("made_at", time.GetUtcNow());
        foreach (var part in PersonPart.All)
        {
            json.WriteStartArray(part.Name);
            await foreach (var row in RowsAsync(part, connection, leads, cancellation))
            {
                json.WriteRawValue(row);
                await json.FlushAsync(cancellation);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        await json.FlushAsync(cancellation);
    }

    private async Task WriteHtmlAsync(
        ZipArchive zip,
        NpgsqlConnection connection,
        IReadOnlyList<PersonLead> leads,
        CancellationToken cancellation
    )
    {
        await using var entry = await OpenAsync(zip, "index.html", cancellation);
        await using var html = new StreamWriter(entry, new UTF8Encoding(false));
        var at = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        await WriteAsync(
            $$"""
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Everything about one person</title>
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c1f26; }
            section article { border: 1px solid #d5d9e0; border-radius: 8px; padding: .75rem 1rem; margin: 0 0 .75rem; }
            dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: .125rem 1rem; margin: 0; }
            dt { color: #596070; overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap; }
            @media (max-width: 40rem) { dl { grid-template-columns: 1fr; } }
            </style>
            <h1>Everything about one person</h1>
            <p>{{Encode(
                firm.Value.Name
            )}}, {{at}}. The same is in person.json for programs; files are in the folder files.</p>

            """
        );
        foreach (var part in PersonPart.All)
        {
            var any = false;
            await foreach (var row in RowsAsync(part, connection, leads, cancellation))
            {
                if (!any)
                    await WriteAsync($"<section><h2>{Encode(part.Title)}</h2>\n");
                any = true;
                await WriteAsync($"<article><dl>{Describe(row)}</dl></article>\n");
            }

            if (any)
                await WriteAsync("</section>\n");
        }

        Task WriteAsync(string text) => html.WriteAsync(text.AsMemory(), cancellation);
    }

    private static string Describe(string row)
    {
        using var json = JsonDocument.Parse(row);
        var html = new StringBuilder();
        foreach (var field in json.RootElement.EnumerateObject())
            if (field.Value.ValueKind != JsonValueKind.Null && field.Value.ToString() is { Length: > 0 } value)
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<dt>{Encode(field.Name.Replace('_', ' '))}</dt><dd>{Encode(value)}</dd>"
                );
        return html.ToString();
    }

    private static async IAsyncEnumerable<string> RowsAsync(
        PersonPart part,
        NpgsqlConnection connection,
        IReadOnlyList<PersonLead> leads,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await using var command = new NpgsqlCommand(part.Sql, connection) { CommandTimeout = 0 };
        command.Parameters.Add(Sql.Value(leads.Select(lead => lead.Id).ToArray()));
        command.Parameters.Add(Sql.Value(Numbers(leads).ToArray()));
        command.Parameters.Add(
            Sql.Value(
                leads
                    .Select(lead => lead.Email.ToLowerInvariant())
                    .Where(address => address.Length > 0)
                    .Distinct(StringComparer.Ordinal)
                    .ToArray()
            )
        );
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            yield return reader.GetString(0);
    }

    private static Task<Stream> OpenAsync(ZipArchive zip, string name, CancellationToken cancellation) =>
        zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancellation);

    private static List<string> Numbers(IReadOnlyList<PersonLead> leads) =>
        [.. leads.Select(lead => lead.Number.ToString(CultureInfo.InvariantCulture))];

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
