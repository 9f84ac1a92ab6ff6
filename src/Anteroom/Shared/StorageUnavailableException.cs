namespace Anteroom.Shared;

/// <summary>The store cannot take or give files at the moment: disk full, no permission, gone. A request answers 503.</summary>
public class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
