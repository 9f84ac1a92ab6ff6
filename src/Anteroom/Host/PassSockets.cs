using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Anteroom.Host;

/// <summary>Passes open sockets to another process over a Unix socket (SCM_RIGHTS, unix(7)), for which .NET has no name.</summary>
[SupportedOSPlatform("linux")]
internal static unsafe partial class PassSockets
{
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int HeadOfControl = 16; // struct cmsghdr: size_t length; int level; int type
    private const int Most = 16;

    /// <summary>Sends them. Both processes have them then.</summary>
    /// <exception cref="SocketException">The other side is gone.</exception>
    public static void Send(Socket line, IReadOnlyCollection<Socket> sockets)
    {
        if (sockets.Count > Most)
            throw new ArgumentException($"More than {Most} sockets.", nameof(sockets));
        Span<byte> control = stackalloc byte[HeadOfControl + (Most * sizeof(int))];
        control.Clear();
        var length = HeadOfControl + (sockets.Count * sizeof(int));
        MemoryMarshal.Write(control, (nuint)length);
        MemoryMarshal.Write(control[sizeof(nuint)..], SocketLevel);
        MemoryMarshal.Write(control[(sizeof(nuint) + sizeof(int))..], Rights);
        var at = HeadOfControl;
        foreach (var socket in sockets)
        {
            MemoryMarshal.Write(control[at..], (int)socket.Handle);
            at += sizeof(int);
        }

        var text = (byte)sockets.Count;
        fixed (byte* start = control)
        {
            var part = new Part { Start = (nint)(&text), Length = 1 };
            var message = new Message
            {
                Parts = (nint)(&part),
                PartCount = 1,
                Control = sockets.Count == 0 ? 0 : (nint)start,
                ControlLength = sockets.Count == 0 ? 0 : (nuint)length,
            };
            if (SendMessage((int)line.Handle, ref message, NoSignal) < 0)
                throw new SocketException(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Takes what <see cref="Send"/> sends; the caller closes them.</summary>
    /// <exception cref="SocketException">The other side is gone, or says something else.</exception>
    public static IReadOnlyList<Socket> Receive(Socket line)
    {
        Span<byte> control = stackalloc byte[HeadOfControl + (Most * sizeof(int))];
        control.Clear();
        byte text = 0;
        fixed (byte* start = control)
        {
            var part = new Part { Start = (nint)(&text), Length = 1 };
            var message = new Message
            {
                Parts = (nint)(&part),
                PartCount = 1,
                Control = (nint)start,
                ControlLength = (nuint)control.Length,
            };
            if (ReceiveMessage((int)line.Handle, ref message, CloseOnExec) != 1)
                throw new SocketException((int)SocketError.ConnectionReset);
            var sockets = new List<Socket>();
            if (
                message.ControlLength < HeadOfControl
                || MemoryMarshal.Read<int>(control[(sizeof(nuint) + sizeof(int))..]) != Rights
            )
                return sockets;
            var length = (int)MemoryMarshal.Read<nuint>(control);
            for (var at = HeadOfControl; at + sizeof(int) <= length; at += sizeof(int))
                sockets.Add(new Socket(new SafeSocketHandle(MemoryMarshal.Read<int>(control[at..]), ownsHandle: true)));
            return sockets;
        }
    }

    /// <summary><c>struct msghdr</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public nint Name;
        public uint NameLength;
        public nint Parts;
        public nuint PartCount;
        public nint Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public nint Start;
        public nuint Length;
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    private static partial nint SendMessage(int socket, ref Message message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    private static partial nint ReceiveMessage(int socket, ref Message message, int flags);
}
