using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.Extensions.Options;

namespace Anteroom.Data;

/// <summary>One key of ASP.NET Core's data protection.</summary>
public sealed class DataProtectionKey
{
    /// <summary>1, 2, 3 …</summary>
    public int Id { get; init; }

    /// <summary>The framework's name for it.</summary>
    public required string FriendlyName { get; init; }

    /// <summary>The key as the framework writes it.</summary>
    public required string Xml { get; init; }
}

/// <summary>
/// Keeps the keys that protect cookies and anti-forgery tokens in the database, so that every node can read what another
/// wrote and a restart signs nobody out.
/// </summary>
internal sealed class DataProtectionKeys(IServiceProvider services)
    : IXmlRepository,
        IConfigureOptions<KeyManagementOptions>,
        IEntityTypeConfiguration<DataProtectionKey>
{
    public DataProtectionKeys()
        : this(null!) { } // for EF Core, which only asks for Configure(EntityTypeBuilder)

    public void Configure(KeyManagementOptions options) => options.XmlRepository = this;

    public void Configure(EntityTypeBuilder<DataProtectionKey> builder) => builder.ToTable("data_protection_keys");

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = services.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<AnteroomDb>();
        return [.. db.DataProtectionKeys.Select(key => key.Xml).AsEnumerable().Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = services.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<AnteroomDb>();
        db.DataProtectionKeys.Add(
            new DataProtectionKey { FriendlyName = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) }
        );
        db.SaveChanges(); // the framework's interface is synchronous
    }
}
