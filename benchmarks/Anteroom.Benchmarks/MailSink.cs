using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Anteroom.Host;

namespace Anteroom.Benchmarks;

/// <summary>
/// A mail server that says yes to everything: as little work as SMTP allows, so that what is measured is who talks to it. Pipelining
/// (RFC 2920), a thread for each connection. A process of its own. It keeps nothing, or the Message-ID of everything that it has taken.
/// </summary>
internal sealed class MailSink(string? taken, int slow)
{
    /// <summary>The command line of the process: <c>mail-sink PORT [FILE MILLISECONDS]</c>.</summary>
    public const string Command = "mail-sink";

    private readonly Lock _gate = new();
    private static long _count;

    /// <summary>Serves until the process is ended.</summary>
    /// <param name="arguments">
    /// The port; for one that keeps Message-IDs, the file for them, one a line, and how long it takes before it begins a message.
    /// </param>
    public static int Run(string[] arguments)
    {
        int Number(int at) => int.Parse(arguments[at], CultureInfo.InvariantCulture);
        return arguments.Length > 1
            ? new MailSink(arguments[1], Number(2)).Serve(Number(0))
            : new MailSink(null, 0).Serve(Number(0));
    }

    private int Serve(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        while (true)
        {
            var socket = listener.AcceptSocket();
            new Thread(() => Serve(socket)) { IsBackground = true }.Start();
        }
    }

    /// <summary>Starts it as a child of this process.</summary>
    public static async Task<(Child Process, int Port)> StartAsync(
        string folder,
        CancellationToken cancellation,
        int port = 0,
        params string[] keeping
    )
    {
        port = port == 0 ? FreePort.Find() : port;
        var child = Child.Start(
            "The mail server",
            [
                "dotnet",
                typeof(MailSink).Assembly.Location,
                Command,
                port.ToString(CultureInfo.InvariantCulture),
                .. keeping,
            ],
            Path.Combine(folder, "sink.log")
        );
        await child.WaitUntilAsync(
            async () =>
            {
                try
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            cancellation
        );
        return (child, port);
    }

    /// <summary>How many messages it has taken, which it answers to NOOP.</summary>
    public static async Task<long> CountAsync(int port, CancellationToken cancellation)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
        using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
        await reader.ReadLineAsync(cancellation); // the greeting
        await client.GetStream().WriteAsync("NOOP\r\n"u8.ToArray(), cancellation);
        return long.Parse((await reader.ReadLineAsync(cancellation))![4..], CultureInfo.InvariantCulture);
    }

    private void Serve(Socket socket)
    {
        try
        {
            using var closing = socket;
            socket.NoDelay = true;
            using var input = new BufferedStream(new NetworkStream(socket), 64 * 1024);
            var answers = new StringBuilder("220 sink ESMTP\r\n");
            var line = new byte[4096];
            while (true)
            {
                // What was pipelined is answered in one go.
                if (socket.Available == 0 || answers.Length > 1024)
                    Flush();
                if (ReadLine(input, line) is not { } length)
                    return;
                var verb = Encoding.ASCII.GetString(line, 0, Math.Min(4, length));
                answers.Append(
                    verb.ToUpperInvariant() switch
                    {
                        "EHLO" => "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
                        "DATA" => "354 go on\r\n",
                        "QUIT" => "221 bye\r\n",
                        "NOOP" => string.Create(CultureInfo.InvariantCulture, $"250 {Volatile.Read(ref _count)}\r\n"),
                        _ => "250 ok\r\n",
                    }
                );
                if (verb.Equals("DATA", StringComparison.OrdinalIgnoreCase))
                {
                    Thread.Sleep(slow);
                    Flush();
                    string? id = null;
                    var isIdNext = false;
                    int? at;
                    while ((at = ReadLine(input, line)) is { } count && !(count == 1 && line[0] == (byte)'.'))
                        if (taken is not null && id is null)
                            id = IdIn(Encoding.ASCII.GetString(line, 0, count), ref isIdNext);
                    if (at is null)
                        return; // it was not all
                    if (taken is not null)
                        lock (_gate)
                            File.AppendAllText(taken, $"{id}\n");

                    Interlocked.Increment(ref _count);
                    answers.Append("250 2.0.0 taken\r\n");
                }
                else if (verb.Equals("QUIT", StringComparison.OrdinalIgnoreCase))
                {
                    Flush();
                    return;
                }
            }

            void Flush()
            {
                if (answers.Length == 0)
                    return;
                socket.Send(Encoding.ASCII.GetBytes(answers.ToString()));
                answers.Clear();
            }
        }
        catch (Exception error) when (error is IOException or SocketException) { }
    }

    /// <summary>The Message-ID, which may stand in the line after its name.</summary>
    private static string? IdIn(string line, ref bool isIdNext)
    {
        const string name = "Message-Id:";
        if (!isIdNext && !line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            return null;
        var from = line.IndexOf('<', StringComparison.Ordinal);
        isIdNext = from < 0;
        return isIdNext ? null : line[(from + 1)..line.IndexOf('>', from)];
    }

    /// <summary>Reads to the line's end; its length without it, null at the end of the connection. What is too long is cut.</summary>
    private static int? ReadLine(BufferedStream input, byte[] line)
    {
        for (var length = 0; ; )
        {
            var next = input.ReadByte();
            if (next < 0)
                return null;
            if (next == '\n')
                return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
            if (length < line.Length)
                line[length++] = (byte)next;
        }
    }
}
