namespace Anteroom.Reports;

/// <summary>Which reports are emailed. Section <c>Reports</c>.</summary>
public sealed class ReportOptions
{
    /// <summary>The daily lead status report.</summary>
    public bool Daily { get; set; } = true;

    /// <summary>The weekly summary.</summary>
    public bool Weekly { get; set; } = true;

    /// <summary>Whether the addresses that are told of new leads (<c>Firm:NotifyAddresses</c>) get both as well, for the whole firm.</summary>
    public bool ToNotifyAddresses { get; set; } = true;
}
