namespace Anteroom.Operations.Maintenance;

/// <summary>How long what prospects sent is kept. Section <c>Retention</c>. Null or 0: for good.</summary>
public sealed class RetentionOptions
{
    /// <summary>The longest that can be asked for, in days; a hundred years.</summary>
    public const int MostDays = 36_500;

    /// <summary>Days after its submission that a resume is deleted, whatever became of the lead; the lead stays.</summary>
    public int? DeleteResumesAfterDays { get; set; }

    /// <summary>Days after its last change that a lead is erased that was declined or lost.</summary>
    public int? EraseLeadsAfterDays { get; set; }

    /// <summary>Days after which what is in the trash is erased.</summary>
    public int? TrashDays { get; set; } = 30;

    internal static bool IsValid(int? days) => days is null or (>= 0 and <= MostDays);
}
