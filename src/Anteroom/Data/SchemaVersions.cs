using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Migrations.Internal;

namespace Anteroom.Data;

/// <summary>
/// The history of migrations with EF Core's own column names, as every database out there has them: the naming convention would look for
/// <c>migration_id</c>.
/// </summary>
#pragma warning disable EF1001 // EF Core's documentation names this class as the one to derive from.
internal sealed class SchemaVersions(HistoryRepositoryDependencies dependencies) : NpgsqlHistoryRepository(dependencies)
#pragma warning restore EF1001
{
    protected override void ConfigureTable(EntityTypeBuilder<HistoryRow> history)
    {
        base.ConfigureTable(history);
        history.HasKey(row => row.MigrationId).HasName("PK_schema_versions");
        history.Property(row => row.MigrationId).HasColumnName(nameof(HistoryRow.MigrationId));
        history.Property(row => row.ProductVersion).HasColumnName(nameof(HistoryRow.ProductVersion));
    }
}
