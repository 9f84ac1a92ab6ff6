namespace Anteroom.Resumes;

/// <summary>The bucket of an S3-compatible service that holds resumes. Section <c>Bucket</c>.</summary>
public sealed class BucketOptions
{
    /// <summary>Its name; empty: there is none.</summary>
    public string Name { get; set; } = "";

    /// <summary>The address of the service, such as <c>https://s3.firm.example</c>; null: Amazon's for the region.</summary>
    public string? Endpoint { get; set; }

    /// <summary>Its region; services with one endpoint mostly take any.</summary>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket's name in the path of addresses instead of the host; unset: where there is an endpoint.</summary>
    public bool? PathStyle { get; set; }

    /// <summary>The access key; null: what the machine has (a role, a profile).</summary>
    public string? AccessKey { get; set; }

    /// <summary>Its secret.</summary>
    public string? SecretKey { get; set; }

    /// <summary>What keys in the bucket begin with, such as <c>anteroom/</c>: several installations can share one.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// How long the links live that downloads are sent to, so that files come straight from the bucket; zero: files go through Anteroom,
    /// which verifies each.
    /// </summary>
    public TimeSpan LinkLifetime { get; set; } = TimeSpan.Zero;

    /// <summary>How long a request to the service may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether there is one.</summary>
    public bool IsSet => Name.Length > 0;
}
