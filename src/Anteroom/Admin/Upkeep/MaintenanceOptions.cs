namespace Anteroom.Admin;

/// <summary>What maintenance removes. Section <c>Maintenance</c>.</summary>
public sealed class MaintenanceOptions
{
    /// <summary>Days after which a token of the Django-style API is removed; null or 0: it is good until it is revoked.</summary>
    public int? ApiTokenDays { get; set; }

    /// <summary>Days that finished work stays to be looked at; at least 1.</summary>
    public int FinishedWorkDays { get; set; } = 30;
}
