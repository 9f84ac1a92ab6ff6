using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Anteroom.Benchmarks;

[assembly: SupportedOSPlatform("linux")]

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
void Cancel(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

if (args is ["--help" or "-h"])
{
    Console.WriteLine(Options.Help);
    return 0;
}
try
{
    return await SubmissionBenchmark.RunAsync(Options.Parse(args), stop.Token) ? 0 : 1;
}
catch (BenchmarkException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 2;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
