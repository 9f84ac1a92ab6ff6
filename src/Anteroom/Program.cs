using Anteroom;
using Anteroom.Host;
using Anteroom.Resumes;

try
{
    if (args is [ReadingCommand.Name])
        return await ReadingCommand.RunAsync(CancellationToken.None);
    var line = CommandLine.Parse(args);
    if (line.Answer is { } answer)
        return answer();
    return line.Command switch
    {
        "migrate" => await Commands.MigrateAsync(line),
        "create-admin" => await UserCommands.CreateAdminAsync(line),
        "create-user" => await UserCommands.CreateUserAsync(line),
        "rotate-keys" => await Commands.RotateKeysAsync(line),
        "backup" => await BackupCommands.MakeAsync(line),
        "backup verify" => await BackupCommands.VerifyAsync(line),
        "audit verify" => await AuditCommands.VerifyAsync(line),
        "audit certificate" => await AuditCommands.CheckCertificateAsync(line),
        "backups" => await BackupCommands.ListAsync(line),
        "restore" => await BackupCommands.RestoreAsync(line),
        "move-files" => await StoreCommands.MoveAsync(line),
        "doctor" => await StoreCommands.ExamineAsync(line),
        "import django" => await ImportCommands.DjangoAsync(line),
        "import fastapi" => await ImportCommands.FastapiAsync(line),
        "import file" => await ImportCommands.FileAsync(line),
        "import anteroom" => await ImportCommands.AnteroomAsync(line),
        "import revert" => await ImportCommands.RevertAsync(line),
        "export" => await ImportCommands.ExportAsync(line),
        "demo" => await Commands.DemoAsync(line),
        _ => await Commands.StartAsync(line),
    };
}
catch (CannotStartException problem)
{
    await Console.Error.WriteLineAsync(problem.Message);
    return 1;
}
