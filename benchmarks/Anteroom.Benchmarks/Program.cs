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

if (args is [MailSink.Command, var port])
    return MailSink.Run(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
if (args is ["--help" or "-h"])
{
    Console.WriteLine(Options.Help);
    return 0;
}
try
{
    var options = Options.Parse(args);
    var kept =
        options.Peers ? await PeerBenchmark.RunAsync(options, stop.Token)
        : options.Mixed ? await MixedBenchmark.RunAsync(options, stop.Token)
        : options.List ? await ListBenchmark.RunAsync(options, stop.Token)
        : options.Mail ? await MailBenchmark.RunAsync(options, stop.Token)
        : await SubmissionBenchmark.RunAsync(options, stop.Token);
    return kept ? 0 : 1;
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
