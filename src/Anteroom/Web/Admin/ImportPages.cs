using System.Globalization;
using Anteroom.Accounts;
using Anteroom.Admin;
using Anteroom.Audit;
using Anteroom.Leads;
using Anteroom.Timeline;
using CsvHelper;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Admin;

/// <summary>Leads from files, for administrators: take a file, say what its columns mean, look at each row, write, take back.</summary>
internal static class ImportPages
{
    public static void MapImportPages(this IEndpointRouteBuilder pages)
    {
        var imports = pages.MapGroup("/admin/imports").RequireAuthorization(Rights.Administer).KeepOutOfCaches();
        imports.MapGet("", ListAsync);
        // A file of leads may be longer than a resume.
        imports
            .MapPost("", TakeAsync)
            .WithMetadata(new RequestSizeLimitAttribute(TakeSheet.MostBytes + (1024 * 1024)))
            .WithMetadata(
                new RequestFormLimitsAttribute { MultipartBodyLengthLimit = TakeSheet.MostBytes + (1024 * 1024) }
            );
        imports.MapGet("/{id:guid}", ShowAsync);
        imports.MapPost("/{id:guid}/check", CheckAsync);
        imports.MapPost("/{id:guid}/decide", DecideAsync);
        imports.MapPost("/{id:guid}/write", WriteAsync);
        imports.MapPost("/{id:guid}/revert", RevertAsync);
        imports.MapPost("/{id:guid}/discard", DiscardAsync);
        imports.MapGet("/{id:guid}/refused.csv", DownloadRefusedAsync);
        imports.MapPost("/export", ExportAsync);
        imports.MapPost("/presets/{id:guid}/remove", RemovePresetAsync);
    }

    private static async Task<IResult> ListAsync(
        ImportQueries imports,
        HttpContext context,
        CancellationToken cancellation
    ) => await AnswerAsync(imports, new FieldErrors(), context.TakeFlash(), cancellation);

    private static async Task<IResult> AnswerAsync(
        ImportQueries imports,
        FieldErrors errors,
        FlashMessage? flash,
        CancellationToken cancellation
    ) =>
        Pages.Page<ImportListPage>(
            new
            {
                Imports = await imports.ListAsync(cancellation),
                Presets = await imports.PresetsAsync(cancellation),
                Errors = errors,
                FlashMessage = flash,
            },
            errors.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );

    private static async Task<IResult> TakeAsync(
        CurrentUser by,
        TakeSheet take,
        ImportQueries imports,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!context.Request.HasFormContentType)
            return ErrorPages.For(StatusCodes.Status415UnsupportedMediaType);
        var file = (await context.Request.ReadFormAsync(cancellation)).Files.GetFile("file");
        var errors = new FieldErrors();
        if (file is null || (file.Length == 0 && file.FileName.Length == 0))
            errors.Add("file", $"Please choose a file first.");
        else
        {
            await using var content = file.OpenReadStream();
            switch (await take.RunAsync(content, file.FileName, Actor.Of(by), cancellation))
            {
                case (var import, null):
                    return Pages.SeeOther(AddressOf(import!.Id));
                case (_, Refusal.Invalid wrong):
                    errors = wrong.Errors;
                    break;
            }
        }

        return await AnswerAsync(imports, errors, flash: null, cancellation);
    }

    private static async Task<IResult> ShowAsync(
        Guid id,
        [FromQuery] string? show,
        [FromQuery] string? after,
        [FromQuery] Guid? preset,
        ImportQueries imports,
        Attorneys attorneys,
        AuditLog audit,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await imports.FindAsync(id, cancellation) is not { } import)
            return Gone();
        var line = 0L;
        RowOutcome? outcome = null;
        if (
            (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out line))
            || (show is not null && !(WireName.TryParse(show, out RowOutcome which) && (outcome = which) is not null))
        )
            return ErrorPages.For(StatusCodes.Status400BadRequest);
        var presets = await imports.PresetsAsync(cancellation);
        var choices = presets.FirstOrDefault(one => one.Id == preset)?.Choices ?? import.Choices;
        return await AnswerAsync(
            import,
            choices,
            new FieldErrors(),
            outcome,
            line,
            imports,
            attorneys,
            audit,
            context.TakeFlash(),
            cancellation
        );
    }

    private static async Task<IResult> AnswerAsync(
        Import import,
        ImportChoices choices,
        FieldErrors errors,
        RowOutcome? show,
        long after,
        ImportQueries imports,
        Attorneys attorneys,
        AuditLog audit,
        FlashMessage? flash,
        CancellationToken cancellation
    )
    {
        var outcome = show ?? ImportView.FirstShown(import);
        var rows = outcome is { } which
            ? await imports.RowsAsync(import, which, after, ImportQueries.PageSize + 1, cancellation)
            : [];
        var hasColumns = import is { IsFile: true, State: ImportState.Read or ImportState.Checked };
        await audit.WriteAsync(
            AuditKind.DataRead,
            $"looked at the import of {import.Name}",
            $"import:{import.Id}",
            cancellation: cancellation
        );
        return Pages.Page<ImportPage>(
            new
            {
                View = new ImportView(import, choices, errors)
                {
                    Examples = hasColumns ? await imports.ExamplesAsync(import.Id, cancellation) : [],
                    Presets = hasColumns ? await imports.PresetsAsync(cancellation) : [],
                    Attorneys = hasColumns ? await attorneys.ListAsync(cancellation) : [],
                    SameFile = hasColumns ? await imports.SameFileAsync(import, cancellation) : null,
                    Show = outcome,
                    Rows = [.. rows.Take(ImportQueries.PageSize)],
                    Next = rows.Count > ImportQueries.PageSize ? rows[ImportQueries.PageSize - 1].Line : null,
                },
                FlashMessage = flash,
            },
            errors.IsEmpty ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity
        );
    }

    private static async Task<IResult> CheckAsync(
        Guid id,
        [FromForm] IFormCollection form,
        ConductImport conduct,
        KeepPresets presets,
        ImportQueries imports,
        Attorneys attorneys,
        AuditLog audit,
        CancellationToken cancellation
    )
    {
        if (await imports.FindAsync(id, cancellation) is not { } import)
            return Gone();
        var choices = ImportForm.Read(form, import, out var errors);
        if (errors.IsEmpty && form["preset"].ToString() is { Length: > 0 } name)
            errors = await presets.KeepAsync(name, import.Headers, choices, cancellation) is Refusal.Invalid wrongName
                ? wrongName.Errors
                : errors;
        if (errors.IsEmpty)
            switch (await conduct.CheckAsync(id, choices, cancellation))
            {
                case null:
                    return Pages.SeeOther(AddressOf(id));
                case Refusal.Invalid wrong:
                    errors = wrong.Errors;
                    break;
                case { } refusal:
                    return Refused(id, refusal);
            }

        return await AnswerAsync(
            import,
            choices,
            errors,
            show: null,
            after: 0,
            imports,
            attorneys,
            audit,
            flash: null,
            cancellation
        );
    }

    private static async Task<IResult> DecideAsync(
        Guid id,
        [FromForm] IFormCollection form,
        ConductImport conduct,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var lines = new Dictionary<long, DuplicateRule>();
        foreach (var (name, value) in form)
            if (
                name.StartsWith("row-", StringComparison.Ordinal)
                && long.TryParse(name.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
                && WireName.TryParse(value.ToString(), out DuplicateRule rule)
            )
                lines[line] = rule;
        if (await conduct.DecideAsync(id, lines, cancellation) is { } refusal)
            return Refused(id, refusal);
        context.Leave(FlashMessage.ImportDecided);
        return Pages.SeeOther(AddressOf(id));
    }

    private static async Task<IResult> WriteAsync(
        Guid id,
        CurrentUser by,
        ConductImport conduct,
        CancellationToken cancellation
    ) =>
        await conduct.WriteAsync(id, by, cancellation) is { } refusal
            ? Refused(id, refusal)
            : Pages.SeeOther(AddressOf(id));

    private static async Task<IResult> RevertAsync(
        Guid id,
        CurrentUser by,
        ConductImport conduct,
        CancellationToken cancellation
    ) =>
        await conduct.RevertAsync(id, by, cancellation) is { } refusal
            ? Refused(id, refusal)
            : Pages.SeeOther(AddressOf(id));

    private static async Task<IResult> DiscardAsync(
        Guid id,
        ConductImport conduct,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await conduct.DiscardAsync(id, cancellation) is { } refusal)
            return Refused(id, refusal);
        context.Leave(FlashMessage.ImportDiscarded);
        return Pages.SeeOther("/admin/imports");
    }

    private static async Task<IResult> RemovePresetAsync(
        Guid id,
        KeepPresets presets,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await presets.RemoveAsync(id, cancellation) is null)
            context.Leave(FlashMessage.PresetRemoved);
        return Pages.SeeOther("/admin/imports");
    }

    /// <summary>The refused rows as they were, with the reason in the last column: to be put right and imported.</summary>
    private static async Task<IResult> DownloadRefusedAsync(
        Guid id,
        ImportQueries imports,
        AuditLog audit,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (await imports.FindAsync(id, cancellation) is not { } import)
            return Gone();
        await audit.WriteAsync(
            AuditKind.Exported,
            $"downloaded the refused rows of {import.Name}",
            $"import:{import.Id}",
            cancellation: cancellation
        );
        var rows = await imports.RowsAsync(import, RowOutcome.Refused, 0, Import.MostRefused, cancellation);
        var bytes = new MemoryStream();
        using (
            var csv = CsvWriter.Create(
                bytes,
                new CsvWriterOptions { WriteByteOrderMark = true, Injection = CsvInjection.Escape },
                leaveOpen: true
            )
        )
        {
            csv.WriteRecord([.. import.Headers, "Row", "Reason"]);
            foreach (var row in rows)
                csv.WriteRecord([
                    .. Enumerable.Range(0, import.Headers.Length).Select(at => row.Cells?.ElementAtOrDefault(at)),
                    row.Line.ToString(CultureInfo.InvariantCulture),
                    row.Reason,
                ]);
        }

        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(bytes.ToArray(), "text/csv; charset=utf-8", $"refused-{id}.csv");
    }

    /// <summary>Everything as one file, as it is read. What breaks off on the way is no ZIP: its end is missing.</summary>
    private static IResult ExportAsync(CurrentUser by, ExportEverything export, TimeProvider time, HttpContext context)
    {
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Stream(
            to => export.RunAsync(to, withSecrets: false, by, context.RequestAborted),
            "application/zip",
            string.Create(CultureInfo.InvariantCulture, $"anteroom-{time.GetUtcNow():yyyy-MM-dd}.zip")
        );
    }

    private static string AddressOf(Guid id) => $"/admin/imports/{id}";

    private static IResult Refused(Guid id, Refusal refusal) =>
        // Somebody was faster: the page shows how far it is.
        refusal is ImportRefusal.NotNow
            ? Pages.SeeOther(AddressOf(id))
            : Gone();

    private static IResult Gone() =>
        ErrorPages.For(
            StatusCodes.Status404NotFound,
            T["There is no such import"],
            T["Imports are kept for 90 days. Leads that came with them stay."]
        );
}
