namespace Anteroom.Shared;

/// <summary>A value that is known by name outside of C#, as the members of an enum are (<see cref="WireName"/>), without being one.</summary>
public interface INamed
{
    /// <summary>The name in the database, in the APIs and in addresses.</summary>
    string ToWire();
}

/// <summary>The same, read back.</summary>
public interface INamed<T> : INamed
    where T : class, INamed<T>
{
    /// <summary>Reads a name that we have written ourselves.</summary>
    /// <exception cref="FormatException">There is no such value.</exception>
    static abstract T Parse(string name);
}
