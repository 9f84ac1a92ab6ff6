using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>What the settings about backups have to be.</summary>
internal sealed class BackupRules(IOptionsMonitor<BucketOptions> buckets) : IValidateOptions<BackupOptions>
{
    public ValidateOptionsResult Validate(string? name, BackupOptions options)
    {
        var wrong = new List<string>();
        if (string.IsNullOrWhiteSpace(options.Folder))
            wrong.Add("Backup:Folder is empty; it has to be a folder.");
        if (options.KeepDays is < 1 or > 36_500)
            wrong.Add("Backup:KeepDays has to be a whole number of days, from 1 to 36500.");
        if (options.Continuous is not (null or "" or BackupOptions.Disk or BackupOptions.Bucket))
            wrong.Add(
                $"Backup:Continuous is {options.Continuous}; it has to be {BackupOptions.Disk}, {BackupOptions.Bucket} or empty."
            );
        else if (options.Continuous == BackupOptions.Bucket && !buckets.Get(BackupOptions.BucketSection).IsSet)
            wrong.Add(
                $"Backup:Continuous is {BackupOptions.Bucket}, so {BackupOptions.BucketSection}:Name has to name a bucket."
            );
        if (options.ContinuousEvery < TimeSpan.FromSeconds(1) || options.ContinuousEvery > TimeSpan.FromHours(1))
            wrong.Add("Backup:ContinuousEvery has to be from a second to an hour, such as 00:01:00.");
        try
        {
            EncryptionKeys.Parse(options.EncryptionKeys);
        }
        catch (FormatException error)
        {
            wrong.Add($"{BackupSeal.Setting} cannot be used: {error.Message}.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
