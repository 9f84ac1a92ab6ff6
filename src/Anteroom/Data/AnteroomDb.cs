using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Anteroom.Data;

/// <summary>
/// The model of the database as EF Core sees it. Each room configures its own entities and brings its own tables
/// (<c>LeadTables</c>, <c>MailTables</c> …); the schema itself is made by the SQL files in <c>Migrations/</c>, and a test compares the two.
/// </summary>
public sealed class AnteroomDb(DbContextOptions<AnteroomDb> options) : DbContext(options), IDataProtectionKeyContext
{
    /// <summary>The keys that protect cookies and forms, shared by all nodes.</summary>
    public DbSet<DataProtectionKey> DataProtectionKeys => Set<DataProtectionKey>();

    /// <inheritdoc />
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        var types = typeof(AnteroomDb).Assembly.GetTypes();
        foreach (var type in types.Where(type => type.IsEnum))
            configurationBuilder.Properties(type).HaveConversion(typeof(WireNameConverter<>).MakeGenericType(type));
        foreach (var type in types.Where(type => type.IsClass && type.IsAssignableTo(typeof(INamed))))
            configurationBuilder.Properties(type).HaveConversion(typeof(NamedConverter<>).MakeGenericType(type));
    }

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("pg_trgm");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(AnteroomDb).Assembly);
        // The naming convention goes by names that it sees too early: before an entity has its table, and without those we gave indexes.
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            foreach (var reference in entity.GetDeclaredForeignKeys())
                reference.SetConstraintName(reference.GetDefaultName()?.ToLowerInvariant());
            foreach (var index in entity.GetDeclaredIndexes())
                if (index.Name is { } given)
                    index.SetDatabaseName(given);
        }
    }

    /// <summary>Enums are kept by name, so that a person who reads a table understands it.</summary>
    private sealed class WireNameConverter<TEnum>()
        : ValueConverter<TEnum, string>(value => value.ToWire(), name => WireName.Parse<TEnum>(name))
        where TEnum : struct, Enum;

    private sealed class NamedConverter<T>()
        : ValueConverter<T, string>(value => value.ToWire(), name => ParseNamed<T>(name))
        where T : class, INamed<T>;

    private static T ParseNamed<T>(string name)
        where T : class, INamed<T> => T.Parse(name);
}
