namespace Anteroom.Firm;

/// <summary>How long what prospects sent is kept. Section <c>Retention</c>. Null or 0: for good.</summary>
public sealed class RetentionOptions
{
    /// <summary>The longest that can be asked for, in days; a hundred years.</summary>
    public const int MostDays = 36_500;

    /// <summary>
    /// Days after its submission that a resume is deleted, and days after it was added that a file is, whatever became of the lead; the lead stays.
    /// </summary>
    public int? DeleteResumesAfterDays { get; set; }

    /// <summary>Days after its last change that a lead is erased that was declined or lost.</summary>
    public int? EraseLeadsAfterDays { get; set; }

    /// <summary>Days after which what is in the trash is erased.</summary>
    public int? TrashDays { get; set; } = 30;

    /// <summary>Days that a line of the audit log is kept in any case; the database holds to it, too (0064_audit_guard.sql).</summary>
    public const int LeastAuditDays = 30;

    /// <summary>Days after which a line of the audit log is removed, but not before <see cref="LeastAuditDays"/>.</summary>
    public int? DeleteAuditAfterDays { get; set; }
}

/// <summary>What makes sense in the section <c>Retention</c>.</summary>
internal sealed class RetentionRules : SettingRules<RetentionOptions>
{
    /// <inheritdoc />
    public override IEnumerable<SettingProblem> Problems(RetentionOptions options) =>
        from setting in new (string Key, int? Days)[]
        {
            ("Retention:DeleteResumesAfterDays", options.DeleteResumesAfterDays),
            ("Retention:EraseLeadsAfterDays", options.EraseLeadsAfterDays),
            ("Retention:TrashDays", options.TrashDays),
            ("Retention:DeleteAuditAfterDays", options.DeleteAuditAfterDays),
        }
        where setting.Days is < 0 or > RetentionOptions.MostDays
        select new SettingProblem(
            setting.Key,
            $"This has to be a whole number of days, from 0 (never) to {RetentionOptions.MostDays}."
        );
}
