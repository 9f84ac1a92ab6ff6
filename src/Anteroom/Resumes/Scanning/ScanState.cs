namespace Anteroom.Resumes;

/// <summary>What is known about the harm that a file can do.</summary>
public enum ScanState
{
    /// <summary>Nobody has looked: there is no scanner, it takes no file of this size, or an administrator did not wait for it.</summary>
    Unscanned,

    /// <summary>The scanner will look; until then nobody opens it.</summary>
    Waiting,

    /// <summary>The scanner has found nothing, or an administrator has released it in spite of that.</summary>
    Clean,

    /// <summary>The scanner has found something: nobody opens it.</summary>
    Quarantined,
}
