namespace Anteroom.Reports;

/// <summary>Whose leads a report counts.</summary>
public abstract record ReportScope
{
    private ReportScope() { }

    /// <summary>All of them.</summary>
    public sealed record WholeFirm : ReportScope;

    /// <summary>Those of one attorney.</summary>
    /// <param name="User">The attorney.</param>
    public sealed record Of(Guid User) : ReportScope;

    /// <summary>What a restricted attorney may see: their own and nobody's.</summary>
    /// <param name="User">The attorney.</param>
    public sealed record InSightOf(Guid User) : ReportScope;
}
