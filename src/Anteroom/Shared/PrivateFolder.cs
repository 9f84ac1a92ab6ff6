namespace Anteroom.Shared;

/// <summary>Makes folders that other users of the machine cannot look into.</summary>
public static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Creates the folder and what is missing above it, each for its owner only (0700): the framework gives the mode to the last one alone.
    /// One that is there keeps the permissions that its owner gave it.
    /// </summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        if (Directory.Exists(path))
            return;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } parent)
            Create(parent);
        Directory.CreateDirectory(path, OwnerOnly);
    }
}
