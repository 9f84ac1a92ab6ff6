using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Anteroom.Resumes;

internal sealed partial class S3Store
{
    private const int Retries = 2;

    internal static AmazonS3Client Connect(BucketOptions options)
    {
        var config = new AmazonS3Config
        {
            Timeout = options.Timeout,
            MaxErrorRetry = Retries,
            ThrottleRetries = false, // one outage must not cost the next submission its second try
            ForcePathStyle = options.PathStyle ?? options.Endpoint is not null,
            // Newer checksums are not known to every service; requests are signed with a hash of their content as it is.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (options.Endpoint is { } endpoint)
            (config.ServiceURL, config.AuthenticationRegion) = (endpoint, options.Region);
        else
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        return options.AccessKey is { Length: > 0 } key
            ? new AmazonS3Client(new BasicAWSCredentials(key, options.SecretKey), config)
            : new AmazonS3Client(config);
    }

    /// <summary>Asks the service; the default when it has no such file.</summary>
    /// <exception cref="StoreMissingException">There is no such bucket.</exception>
    /// <exception cref="StorageUnavailableException">It does not answer, or refuses.</exception>
    private async Task<T?> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask();
        }
        catch (AmazonS3Exception error) when (error.ErrorCode == "NoSuchBucket")
        {
            throw new StoreMissingException($"There is no bucket {_options.Name} (Bucket:Name).");
        }
        catch (AmazonS3Exception error) when (error.StatusCode == HttpStatusCode.NotFound)
        {
            return default;
        }
        catch (Exception error)
            when (error
                    is AmazonServiceException
                        or AmazonClientException
                        or HttpRequestException
                        or IOException
                        or TimeoutException
                        or OperationCanceledException
                && !cancellation.IsCancellationRequested
            )
        {
            throw new StorageUnavailableException(
                $"Resumes cannot be stored at the moment: the bucket {_options.Name} does not answer as it should: {error.Message}",
                error
            );
        }
    }
}
