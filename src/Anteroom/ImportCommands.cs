using System.Globalization;
using Anteroom.Admin;
using Anteroom.Host;
using Anteroom.Leads;
using Anteroom.Timeline;

namespace Anteroom;

/// <summary>The commands <c>./run import …</c>. Each returns the exit code: 2 when something was left out.</summary>
internal static class ImportCommands
{
    private const int MostNamed = 50;

    /// <summary>Takes over the Django application.</summary>
    public static Task<int> DjangoAsync(CommandLine line) =>
        SystemAsync(line, async (database, stop) => await DjangoSystem.OpenAsync(database, stop));

    /// <summary>Takes over the FastAPI service.</summary>
    public static Task<int> FastapiAsync(CommandLine line) =>
        SystemAsync(line, async (database, stop) => await FastapiSystem.OpenAsync(database, stop));

    private static async Task<int> SystemAsync(
        CommandLine line,
        Func<string, CancellationToken, Task<ISourceSystem>> open
    )
    {
        if (line.Media is { } media && !Directory.Exists(media))
            throw new CannotStartException($"There is no folder {media}.");
        using var stop = new Commands.StopSignals();
        // Before ours, so that a wrong address says so at once.
        await using var source = await open(SourceOf(line), stop.Token);
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        Commands.CheckSettings(app.Services);
        await Commands.MigrateAsync(app.Services, stop.Token);
        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            var done = await scope
                .ServiceProvider.GetRequiredService<ImportSystem>()
                .RunAsync(source, line.Media, line.DryRun, so => Console.WriteLine($"  {so:N0} leads"), stop.Token);
            return Report(done, line.DryRun);
        }
        catch (StorageUnavailableException error)
        {
            throw new CannotStartException($"{error.Message} Start it again to go on with what is left.", error);
        }
        catch (OperationCanceledException error) when (stop.Token.IsCancellationRequested)
        {
            throw new CannotStartException("Stopped. Start it again to go on with what is left.", error);
        }
    }

    /// <summary>Imports a file of leads.</summary>
    public static Task<int> FileAsync(CommandLine line)
    {
        var path = line.File!;
        if (!File.Exists(path))
            throw new CannotStartException($"There is no file {path}.");
        return WithServicesAsync(
            line,
            async (services, stop) =>
            {
                await using var content = File.OpenRead(path);
                var import = await services
                    .GetRequiredService<TakeSheet>()
                    .RunAsync(content, Path.GetFileName(path), Actor.Anteroom, stop) switch
                {
                    (var taken, null) => taken!,
                    (_, Refusal.Invalid wrong) => throw Wrong(wrong.Errors),
                    _ => throw new CannotStartException("The file cannot be imported."),
                };
                var conduct = services.GetRequiredService<ConductImport>();
                var choices = await ChooseAsync(services, line, import, stop);
                if (await conduct.CheckAsync(import.Id, choices, stop) is Refusal.Invalid refused)
                {
                    await conduct.DiscardAsync(import.Id, stop);
                    throw Wrong(refused.Errors);
                }

                await StepAsync(services, import, "checked", stop);
                import = await SayAsync(services, import.Id, stop);
                if (line.DryRun)
                {
                    await conduct.DiscardAsync(import.Id, stop);
                    return import.Refused == 0 ? 0 : 2;
                }

                await conduct.WriteAsync(import.Id, by: null, stop);
                await StepAsync(services, import, "imported", stop);
                import = (await services.GetRequiredService<ImportQueries>().FindAsync(import.Id, stop))!;
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"Imported {import.Added:N0} new leads and changed {import.Updated:N0}. To take it back: ./run import revert {import.Id}"
                    )
                );
                return import.Refused == 0 ? 0 : 2;
            }
        );
    }

    /// <summary>Takes an import back.</summary>
    public static Task<int> RevertAsync(CommandLine line) =>
        Guid.TryParse(line.Import, out var id)
            ? WithServicesAsync(
                line,
                async (services, stop) =>
                {
                    var imports = services.GetRequiredService<ImportQueries>();
                    switch (await services.GetRequiredService<ConductImport>().RevertAsync(id, by: null, stop))
                    {
                        case ImportRefusal.NotNow now:
                            throw new CannotStartException(
                                $"Only an import that is done can be taken back; this one is {now.Now.ToWire()}."
                            );
                        case not null:
                            throw new CannotStartException($"There is no import {id}.");
                    }

                    var import = (await imports.FindAsync(id, stop))!;
                    await StepAsync(services, import, "taken back", stop);
                    import = (await imports.FindAsync(id, stop))!;
                    Console.WriteLine(
                        FormattableString.Invariant(
                            $"Took {import.TakenBack:N0} rows back. Left alone, because somebody has worked on the lead since: {import.LeftAlone:N0}."
                        )
                    );
                    foreach (var row in await imports.RowsAsync(import, RowOutcome.LeftAlone, 0, MostNamed, stop))
                        Console.WriteLine(FormattableString.Invariant($"Lead {row.Lead} stays."));
                    return 0;
                }
            )
            : throw new CannotStartException($"{line.Import} is no id of an import.");

    /// <summary>Writes everything into a file.</summary>
    public static Task<int> ExportAsync(CommandLine line) =>
        WithServicesAsync(
            line,
            async (services, stop) =>
            {
                var path = line.File!;
                var unfinished = path + ".new";
                ExportManifest made;
                await using (var file = BackupFile.Create(unfinished))
                {
                    made = await services
                        .GetRequiredService<ExportEverything>()
                        .RunAsync(file, line.WithSecrets, by: null, stop);
                    file.Flush(flushToDisk: true);
                }

                File.Move(unfinished, path, overwrite: true);
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"Exported {made.Tables.Count:N0} tables and {made.Files.Count:N0} files{(line.WithSecrets ? ", with passwords and keys: whoever has the file can be anybody here" : "")}."
                    )
                );
                foreach (var key in made.MissingFiles)
                    Console.WriteLine($"MISSING {key}: the store has lost it, or it is damaged.");
                return made.MissingFiles.Count == 0 ? 0 : 2;
            }
        );

    /// <summary>Puts an export into an empty Anteroom.</summary>
    public static Task<int> AnteroomAsync(CommandLine line) =>
        WithServicesAsync(
            line,
            async (services, stop) =>
            {
                var manifest = await services
                    .GetRequiredService<ImportEverything>()
                    .RunAsync(line.File!, line.Force, stop);
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"Imported {manifest.Tables.Sum(table => table.Rows):N0} rows and {manifest.Files.Count:N0} files.{(manifest.HasSecrets ? "" : " Nobody can sign in yet: make an administrator with ./run create-admin, who sends the others a link to set a password.")}"
                    )
                );
                return 0;
            },
            migrates: false
        );

    private static async Task<ImportChoices> ChooseAsync(
        IServiceProvider services,
        CommandLine line,
        Import import,
        CancellationToken cancellation
    )
    {
        var choices = import.Choices;
        if (line.Preset is { } name)
            choices =
                (await services.GetRequiredService<ImportQueries>().PresetsAsync(cancellation))
                    .FirstOrDefault(preset => preset.Name == name)
                    ?.Choices
                ?? throw new CannotStartException($"There is no preset “{name}”.");
        string[] fields =
        [
            .. Enumerable.Range(0, import.Headers.Length).Select(at => choices.Fields.ElementAtOrDefault(at) ?? ""),
        ];
        foreach (var map in line.Map)
        {
            var at = map.LastIndexOf('=');
            var column = at < 0 ? -1 : Array.IndexOf(import.Headers, map[..at]);
            var field = at < 0 ? "" : map[(at + 1)..];
            if (column < 0)
                throw new CannotStartException(
                    $"--map {map}: the file has no such column. It has {string.Join(", ", import.Headers)}."
                );
            if (field.Length > 0 && ImportField.Find(field) is null)
                throw new CannotStartException(
                    $"--map {map}: a field is one of {string.Join(", ", ImportField.All.Select(one => one.Name))}."
                );
            // What was guessed gives way.
            for (var other = 0; other < fields.Length; other++)
                if (fields[other] == field)
                    fields[other] = "";
            fields[column] = field;
        }

        choices = choices with { Fields = fields };
        return WireName.TryParse(line.Duplicates, out DuplicateRule rule)
            ? choices with
            {
                Duplicates = rule,
            }
            : choices;
    }

    private static Task StepAsync(
        IServiceProvider services,
        Import import,
        string what,
        CancellationToken cancellation
    ) =>
        services
            .GetRequiredService<StepImport>()
            .RunToEndAsync(
                import.Id,
                seen => Console.WriteLine(FormattableString.Invariant($"  {seen:N0} rows {what}")),
                cancellation
            );

    private static async Task<Import> SayAsync(IServiceProvider services, Guid id, CancellationToken cancellation)
    {
        var imports = services.GetRequiredService<ImportQueries>();
        var import = (await imports.FindAsync(id, cancellation))!;
        Console.WriteLine(
            FormattableString.Invariant(
                $"{import.Total:N0} rows: {import.Added:N0} new leads, {import.Updated:N0} change a lead, {import.Skipped:N0} left out, {import.Refused:N0} cannot be taken."
            )
        );
        foreach (var outcome in (RowOutcome[])[RowOutcome.Refused, RowOutcome.Skip])
        foreach (var row in await imports.RowsAsync(import, outcome, 0, MostNamed, cancellation))
            Console.WriteLine(FormattableString.Invariant($"Row {row.Line}: {row.Reason}"));
        return import;
    }

    private static CannotStartException Wrong(FieldErrors errors) =>
        new(string.Join(' ', errors.ByField.SelectMany(field => field.Value).Select(sentence => sentence.ToString())));

    private static async Task<int> WithServicesAsync(
        CommandLine line,
        Func<IServiceProvider, CancellationToken, Task<int>> run,
        bool migrates = true
    )
    {
        using var stop = new Commands.StopSignals();
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        Commands.CheckSettings(app.Services);
        if (migrates)
            await Commands.MigrateAsync(app.Services, stop.Token);
        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            return await run(scope.ServiceProvider, stop.Token);
        }
        catch (Exception error)
            when (error is IOException or UnauthorizedAccessException or StorageUnavailableException)
        {
            throw new CannotStartException(error.Message, error);
        }
    }

    private static string SourceOf(CommandLine line) =>
        (line.Source ?? Environment.GetEnvironmentVariable("ANTEROOM_IMPORT_DATABASE")) is { Length: > 0 } url
            ? DatabaseUrl.ToConnectionString(url, "--database")
            : throw new CannotStartException(
                "Say which database to import from with --database, or in ANTEROOM_IMPORT_DATABASE, where other users of this machine do not see its password."
            );

    private static int Report(ImportedSystem done, bool dryRun)
    {
        foreach (var user in done.Users.Where(user => user.Remark is not null))
            Console.WriteLine($"User {user.User.UserName}: {user.Remark}.");
        foreach (var remark in done.Remarks.Take(MostNamed))
            Console.WriteLine(remark);
        if (done.Remarks.Count > MostNamed)
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"… and {done.Remarks.Count - MostNamed:N0} more, which /admin/imports lists."
                )
            );
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{(dryRun ? "Would import" : "Imported")} {done.Leads:N0} leads with {done.Files:N0} files, {done.Users.Count(user => user.IsNew):N0} users and {done.Users.Sum(user => user.Tokens):N0} tokens. Here before: {done.Skipped:N0} leads. Left out: {done.Refused:N0} leads, {done.Users.Count(user => user.Id is null):N0} users."
            )
        );
        if (done.RefusedFiles is { } folder)
            Console.WriteLine($"Files that were refused lie in {folder}.");
        return done.Refused == 0 && done.Users.All(user => user.Id is not null) ? 0 : 2;
    }
}
