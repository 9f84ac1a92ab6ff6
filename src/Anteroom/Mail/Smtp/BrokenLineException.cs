namespace Anteroom.Mail;

/// <summary>The line to the server is of no further use: closed, silent for too long, or talking nonsense.</summary>
sealed class BrokenLineException(string message, Exception? inner = null) : Exception(message, inner);
