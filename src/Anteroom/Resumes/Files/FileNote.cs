namespace Anteroom.Resumes;

/// <summary>What people of the firm say about a file that they added.</summary>
public static class FileNote
{
    /// <summary>The longest, in code points.</summary>
    public const int MaxLength = 500;
}
