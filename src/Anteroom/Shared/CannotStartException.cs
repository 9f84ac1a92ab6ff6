namespace Anteroom.Shared;

/// <summary>
/// Anteroom cannot start. The message is a sentence for the person who started it: what is wrong and what to do; print it without
/// a stack trace and stop with exit code 1.
/// </summary>
public sealed class CannotStartException : Exception
{
    /// <summary>Says nothing; prefer a constructor with a message.</summary>
    public CannotStartException() { }

    /// <param name="message">The sentence for the operator.</param>
    public CannotStartException(string message)
        : base(message) { }

    /// <param name="message">The sentence for the operator.</param>
    /// <param name="innerException">What went wrong underneath.</param>
    public CannotStartException(string message, Exception? innerException)
        : base(message, innerException) { }
}
