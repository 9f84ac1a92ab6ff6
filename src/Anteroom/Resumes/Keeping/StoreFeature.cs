using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Resumes;

/// <summary>Where files are kept.</summary>
internal static class StoreFeature
{
    /// <summary>Adds the store.</summary>
    public static IServiceCollection AddStore(this IServiceCollection services)
    {
        services.AddOptions<ResumeOptions>().BindConfiguration("Resumes").ValidateOnStart();
        services.AddOptions<BucketOptions>().BindConfiguration("Bucket").ValidateOnStart();
        services.AddSingleton<IValidateOptions<ResumeOptions>, ResumeRules>();
        services.AddSingleton<IValidateOptions<BucketOptions>, BucketRules>();
        services.AddSingleton<Incoming>();
        services.AddSingleton<FileSeal>();
        services.AddSingleton<NewestResume>(provider =>
            cancellation =>
                NewestAsync(
                    provider.GetRequiredService<NpgsqlDataSource>(),
                    provider.GetRequiredService<IOptions<BucketOptions>>().Value.IsSet
                        ? provider.GetRequiredService<S3Store>()
                        : null,
                    cancellation
                )
        );
        services.AddSingleton<DiskStore>();
        services.AddSingleton<S3Store>();
        services.AddSingleton<FileStores>();
        services.AddSingleton<ResumeStore>();
        services.AddSingleton<IResumeStore>(provider => provider.GetRequiredService<ResumeStore>());
        services.AddSingleton<MoveFiles>();
        services.AddHealthChecks().AddCheck<StoreHealth>("resumes", HealthStatus.Unhealthy);
        services.AddHostedService<CleanIncoming>();
        return services;
    }

    /// <summary>The resume kept last; null when no row names one, or it is in the bucket and says nothing of the folder.</summary>
    private static async Task<string?> NewestAsync(
        NpgsqlDataSource database,
        S3Store? bucket,
        CancellationToken cancellation
    )
    {
        await using var command = database.CreateCommand(
            "select storage_key from resumes where deleted_at is null order by id desc limit 1"
        );
        var newest = (string?)await command.ExecuteScalarAsync(cancellation);
        return newest is not null && bucket is not null && await bucket.LookAsync(newest, cancellation) is not null
            ? null
            : newest;
    }
}
