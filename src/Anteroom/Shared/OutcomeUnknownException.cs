namespace Anteroom.Shared;

/// <summary>
/// The database did not say whether it committed a submission, however often it was asked. The file stays, because a lead
/// without its file would be worse than a file without its lead.
/// </summary>
public sealed class OutcomeUnknownException(long number, Exception inner)
    : TimeoutException($"The database did not say whether lead {number} was committed.", inner);
