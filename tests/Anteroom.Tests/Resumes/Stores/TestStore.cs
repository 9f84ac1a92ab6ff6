using Anteroom.Resumes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Anteroom.Tests.Resumes.Stores;

/// <summary>The product's stores with settings of a test, without the rest of the product.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestStore(string folder, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Resumes:Folder", folder)])
            .AddInMemoryCollection(settings ?? [])
            .Build();
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(TimeProvider.System)
            .AddLogging()
            .AddStore()
            .AddSingleton<NewestResume>(_ => Task.FromResult(Newest))
            .BuildServiceProvider();
    }

    /// <summary>The resume kept last, as the database says.</summary>
    public string? Newest { get; set; }

    /// <summary>What the product uses.</summary>
    public IResumeStore Store => _services.GetRequiredService<IResumeStore>();

    /// <summary>What is behind it.</summary>
    public FileStores Stores => _services.GetRequiredService<FileStores>();

    public async Task<string> KeepAsync(byte[] content)
    {
        await using var staged = await Store.StageAsync(
            new MemoryStream(content),
            "resume.pdf",
            1L << 30,
            CancellationToken.None
        );
        Assert.Null(staged.Problem);
        return await Store.KeepAsync(staged, CancellationToken.None);
    }

    public async Task<byte[]?> ReadAsync(string key)
    {
        await using var opened = await Store.OpenAsync(key, CancellationToken.None);
        if (opened is null)
            return null;
        using var read = new MemoryStream();
        await opened.CopyToAsync(read, CancellationToken.None);
        return read.ToArray();
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
