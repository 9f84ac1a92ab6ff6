namespace Anteroom.Shared;

/// <summary>
/// Why a use case changed nothing. The reasons here are everybody's; rooms have more of their own. A use case that has nothing to
/// hand back returns null when it is done.
/// </summary>
public abstract record Refusal
{
    /// <summary>There is no such thing, or the user may not see it: callers do not learn which.</summary>
    public sealed record NotFound : Refusal;

    /// <summary>The user may see it, and not do this.</summary>
    public sealed record Forbidden : Refusal;

    /// <summary>Some fields are wrong.</summary>
    public record Invalid(FieldErrors Errors) : Refusal;

    /// <summary>Somebody else changed it after the user had opened it.</summary>
    /// <param name="Now">What it is now.</param>
    public sealed record ChangedMeanwhile<T>(T Now) : Refusal;
}

/// <summary>What a use case hands back, or why it changed nothing.</summary>
public sealed record Outcome<T>
{
    private Outcome(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>The default when there is a <see cref="Refusal"/>.</summary>
    public T? Value { get; }

    /// <summary>Null when it is done.</summary>
    public Refusal? Refusal { get; }

    /// <summary>For switches: <c>(var value, null)</c>, <c>(_, Refusal.NotFound)</c>.</summary>
    public void Deconstruct(out T? value, out Refusal? refusal) => (value, refusal) = (Value, Refusal);

    /// <summary>Done.</summary>
    public static implicit operator Outcome<T>(T value) => new(value, refusal: null);

    /// <summary>Not done.</summary>
    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
