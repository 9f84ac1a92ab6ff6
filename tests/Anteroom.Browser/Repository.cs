namespace Anteroom.Browser;

/// <summary>Where things are in the repository.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>Anteroom.slnx</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The app as built by the project reference, in this build's configuration.</summary>
    public static string AppAssembly { get; } =
        Path.Combine(Root, "src", "Anteroom", "bin", Configuration, "net10.0", "Anteroom.dll");

    /// <summary>Whether pictures of the README are to be renewed.</summary>
    public static bool RenewsPictures { get; } = Environment.GetEnvironmentVariable("ANTEROOM_UPDATE_PICTURES") == "1";

    /// <summary>Whether pictures of every page are wanted; a test that fails leaves one without being asked.</summary>
    public static bool TakesPictures { get; } =
        RenewsPictures || Environment.GetEnvironmentVariable("ANTEROOM_PICTURES") == "1";

    /// <summary>Pictures; ignored by git.</summary>
    public static string Screens { get; } =
        Directory.CreateDirectory(Path.Combine(Root, "tests", "results", "screens")).FullName;

    /// <summary>The README's pictures.</summary>
    public static string Pictures { get; } = Path.Combine(Root, "docs", "images");

    private static string Configuration =>
#if DEBUG
        "Debug";
#else
        "Release";
#endif

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Anteroom.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("Not inside the repository.");
        return folder.FullName;
    }
}
