using System.Net;
using System.Net.Sockets;

namespace Anteroom.Http;

/// <summary>Who a request comes from, as far as limits care.</summary>
internal static class ClientAddress
{
    /// <summary>
    /// An IPv4 address, or the first 64 bits of an IPv6 address: a household has at least a /64 and can use any address of it
    /// (RFC 6177), so a single one says nothing.
    /// </summary>
    public static string Of(HttpContext context) => Of(context.Connection.RemoteIpAddress);

    /// <inheritdoc cref="Of(HttpContext)"/>
    public static string Of(IPAddress? address)
    {
        if (address is null)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
