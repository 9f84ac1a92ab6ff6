using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>What the settings about resumes have to be.</summary>
internal sealed class ResumeRules(IOptions<BucketOptions> bucket) : IValidateOptions<ResumeOptions>
{
    public ValidateOptionsResult Validate(string? name, ResumeOptions options)
    {
        var wrong = new List<string>();
        if (options.Store is not (DiskStore.ItsName or S3Store.ItsName))
            wrong.Add($"Resumes:Store is {options.Store}; it has to be {DiskStore.ItsName} or {S3Store.ItsName}.");
        else if (options.Store == S3Store.ItsName && !bucket.Value.IsSet)
            wrong.Add("Resumes:Store is s3, so Bucket:Name has to name a bucket.");
        if (options.MaxBytes is <= 0 or > 1L << 30)
            wrong.Add("Resumes:MaxBytes has to be between 1 and 1073741824 (1 GB).");
        if (options.UploadTimeout <= TimeSpan.Zero)
            wrong.Add("Resumes:UploadTimeout has to be longer than zero, such as 00:05:00.");
        try
        {
            if (
                EncryptionKeys.Parse(options.EncryptionKeys).Newest is not null
                && bucket.Value.LinkLifetime > TimeSpan.Zero
            )
                wrong.Add(
                    "Bucket:LinkLifetime and Resumes:EncryptionKeys cannot both be set: a link to an encrypted file is of no use to anybody."
                );
        }
        catch (FormatException error)
        {
            wrong.Add($"Resumes:EncryptionKeys cannot be used: {error.Message}.");
        }

        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}

/// <summary>What the settings of a bucket have to be.</summary>
internal sealed class BucketRules : IValidateOptions<BucketOptions>
{
    // Amazon takes no longer ones.
    private static readonly TimeSpan LongestLink = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, BucketOptions options)
    {
        // Amazon's own variables may be there for something else.
        if (!options.IsSet)
            return ValidateOptionsResult.Skip;
        var section = string.IsNullOrEmpty(name) ? "Bucket" : name;
        var wrong = new List<string>();
        if (options.Endpoint is { Length: 0 })
            options.Endpoint = null;
        if (
            options.Endpoint is { } endpoint
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        )
            wrong.Add($"{section}:Endpoint is {endpoint}; it has to be an address such as https://s3.firm.example.");
        if (options.AccessKey is { Length: > 0 } != options.SecretKey is { Length: > 0 })
            wrong.Add($"{section}:AccessKey and {section}:SecretKey have to be set together.");
        if (options.Region.Length == 0)
            wrong.Add($"{section}:Region must not be empty.");
        if (options.Prefix.StartsWith('/') || (options.Prefix.Length > 0 && !options.Prefix.EndsWith('/')))
            wrong.Add($"{section}:Prefix is {options.Prefix}; it has to end with a slash and not begin with one.");
        if (options.LinkLifetime < TimeSpan.Zero || options.LinkLifetime > LongestLink)
            wrong.Add(
                $"{section}:LinkLifetime has to be at most seven days, such as 00:01:00; 00:00:00 turns links off."
            );
        if (options.Timeout <= TimeSpan.Zero)
            wrong.Add($"{section}:Timeout has to be longer than zero, such as 00:00:30.");
        return wrong.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(wrong);
    }
}
