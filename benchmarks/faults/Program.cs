using System.Runtime.Versioning;
using Anteroom.Faults;

[assembly: SupportedOSPlatform("linux")]

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
if (args is ["--help" or "-h"])
{
    Console.WriteLine(FaultOptions.Help);
    return 0;
}
try
{
    return await FaultTable.RunAsync(FaultOptions.Parse(args), stop.Token) ? 0 : 1;
}
catch (BenchmarkException error)
{
    await Console.Error.WriteLineAsync(error.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
