using System.Net;
using Anteroom.Admin;
using Anteroom.Tests.App;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>The product with its resumes in a bucket.</summary>
[Trait("Category", "Slow")]
public sealed class BucketTests(TestDatabases databases, S3Server server)
{
    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path) =>
        await client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));

    [Fact]
    public async Task A_lead_is_taken_only_when_the_bucket_has_its_file_and_nothing_is_left_when_it_has_not()
    {
        var settings = await server.NewBucketAsync();
        var bucket = settings["Bucket:Name"]!;
        await using var app = await AnteroomApp.StartAsync(databases, settings, role: "web", alone: true);
        await server.MakeTroubleAsync(bucket, "drop");

        using (var refused = await new Prospect().SubmitsAsync(app))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        }

        await app.AssertNothingIsLeftAsync();
        using (var health = await GetAsync(app.Client, "/health"))
            Assert.Contains(
                "\"resumes\":\"not_writable\"",
                await health.Content.ReadAsStringAsync(),
                StringComparison.Ordinal
            );

        await server.MakeTroubleAsync(bucket, "none");
        var number = await new Prospect().IsAcceptedAsync(app);
        Assert.Equal([await app.ValueAsync<string>("select storage_key from resumes")], server.Files(bucket));
        app.AssertNoFileIsLeft();
        using var maria = await app.SignedInAsync();
        using var download = await GetAsync(maria, $"/leads/{number}/resume");
        Assert.Equal(SampleFiles.Pdf(), await download.Content.ReadAsByteArrayAsync());

        using var range = new HttpRequestMessage(HttpMethod.Get, new Uri($"/leads/{number}/resume", UriKind.Relative));
        range.Headers.Range = new(5, 8);
        using var part = await maria.SendAsync(range);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(SampleFiles.Pdf()[5..9], await part.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_file_that_was_changed_in_the_bucket_is_given_to_nobody_not_even_a_part_of_it()
    {
        var settings = await server.NewBucketAsync();
        await using var app = await AnteroomApp.StartAsync(databases, settings, role: "web", alone: true);
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();
        var file = server.PathOf(
            settings["Bucket:Name"]!,
            await app.ValueAsync<string>("select storage_key from resumes")
        );
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        File.Delete(file + ".md5"); // the server's own check would notice it, and say that it has trouble

        using var range = new HttpRequestMessage(HttpMethod.Get, new Uri($"/leads/{number}/resume", UriKind.Relative));
        range.Headers.Range = new(0, 8);
        using var answer = await maria.SendAsync(range);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(1, await app.ValueAsync<long>("select count(*) from conditions where name = 'resumes_damaged'"));
    }

    [Fact]
    public async Task With_links_a_download_is_sent_to_the_bucket_after_the_same_rule_of_who_may()
    {
        var settings = await server.NewBucketAsync();
        settings["Bucket:LinkLifetime"] = "00:01:00";
        await using var app = await AnteroomApp.StartAsync(databases, settings, role: "web", alone: true);
        var number = await new Prospect().IsAcceptedAsync(app);
        using var maria = await app.SignedInAsync();

        using var nobody = await GetAsync(app.Client, $"/leads/{number}/resume");
        Assert.DoesNotContain("X-Amz", nobody.Headers.Location?.ToString() ?? "", StringComparison.Ordinal);
        using var sent = await GetAsync(maria, $"/leads/{number}/resume");

        Assert.Equal(HttpStatusCode.Found, sent.StatusCode);
        Assert.Contains("X-Amz-Expires=", sent.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.True(sent.Headers.CacheControl!.NoStore);
        using var stranger = new HttpClient();
        using var file = await GetAsync(stranger, sent.Headers.Location.ToString());
        Assert.Equal(SampleFiles.Pdf(), await file.Content.ReadAsByteArrayAsync());
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition?.DispositionType);
    }

    [Fact]
    public async Task A_backup_has_the_files_of_a_bucket_as_they_were_sent_encrypted_or_not()
    {
        var settings = await server.NewBucketAsync();
        settings["Resumes:EncryptionKeys"] = Keys.Old;
        await using var app = await AnteroomApp.StartAsync(databases, settings, role: "web", alone: true);
        await new Prospect().IsAcceptedAsync(app);
        var key = await app.ValueAsync<string>("select storage_key from resumes");

        var made = await app.Services.GetRequiredService<MakeBackup>().MakeAsync(CancellationToken.None);

        Assert.Empty(Assert.IsType<MakeBackupResult.Made>(made).Backup.Manifest.MissingResumes);
        var pooled = BackupFolder.PoolPathOf(Path.Combine(app.Folder, "backups"), key);
        Assert.Equal(SampleFiles.Pdf(), await File.ReadAllBytesAsync(pooled));
    }

    [Theory]
    [InlineData("Resumes:Store", "azure", "Resumes:Store is azure; it has to be disk or s3.")]
    [InlineData("Bucket:Name", "", "Bucket:Name has to name a bucket")]
    [InlineData("Bucket:SecretKey", "", "Bucket:AccessKey and Bucket:SecretKey have to be set together.")]
    [InlineData("Bucket:Endpoint", "s3.firm.example", "Bucket:Endpoint is s3.firm.example; it has to be an address")]
    [InlineData("Bucket:Prefix", "/x", "Bucket:Prefix is /x; it has to end with a slash")]
    [InlineData("Resumes:EncryptionKeys", "2026:c2VjcmV0", "Resumes:EncryptionKeys cannot be used: the key 2026")]
    public async Task A_setting_that_cannot_be_used_is_named(string key, string value, string said)
    {
        var settings = await server.NewBucketAsync();
        settings[key] = value;
        await using var store = new TestStore("anywhere", settings);

        var error = Assert.ThrowsAny<OptionsValidationException>(() => store.Stores);

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }
}
