using System.Security.Cryptography;

namespace Anteroom.Data;

/// <summary>
/// This process among those that share the database. It lives as long as it holds the session lock of its number, on the line on which it
/// listens to the others (<see cref="WorkSignal"/>): the database lets go of it the moment the process dies, however it dies.
/// </summary>
public sealed class Node
{
    /// <summary>The first half of the advisory locks of nodes; the second is <see cref="Id"/>.</summary>
    internal const int LockClass = 0x416E7465;

    /// <summary>The number by which claims name their node; another with each start.</summary>
    public int Id { get; } = RandomNumberGenerator.GetInt32(1, int.MaxValue);
}
