namespace Anteroom.Outreach;

/// <summary>The target for the first contact.</summary>
public static class FirstContactTarget
{
    /// <summary>A prospect hears from the firm within this time of submitting.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromMinutes(5);

    /// <summary>The <c>source</c> of leads that were imported: nobody promised them anything, so they do not count in how fast the firm is.</summary>
    public const string Exempt = "import";

    /// <summary>Whether it applies to a row of <c>leads</c>, in SQL. The database's own sums have the same rule (0119_imports.sql).</summary>
    internal const string Applies = $"source <> '{Exempt}'";
}
