using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace Anteroom.Data;

/// <summary>Names tables, columns, keys and indexes as PostgreSQL people do: <c>first_name</c>, <c>ix_leads_number</c>.</summary>
internal static partial class SnakeCase
{
    /// <summary>Renames everything in the model that has not been named by hand in snake case.</summary>
    public static void Apply(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            if (entity.IsMappedToJson())
                continue;
            var table = Of(entity.GetTableName()!);
            entity.SetTableName(table);
            foreach (var property in entity.GetProperties())
                if (property.GetColumnName() != "xmin")
                    property.SetColumnName(Of(property.GetColumnName()));
            foreach (var key in entity.GetKeys())
                key.SetName($"pk_{table}");
            foreach (var index in entity.GetIndexes())
                if (index.Name is null && index.FindAnnotation(RelationalAnnotationNames.Name) is null)
                    index.SetDatabaseName($"ix_{table}_{Columns(index.Properties)}");
        }

        foreach (var entity in builder.Model.GetEntityTypes().Where(entity => !entity.IsMappedToJson()))
        foreach (var reference in entity.GetForeignKeys())
            reference.SetConstraintName(
                $"fk_{entity.GetTableName()}_{reference.PrincipalEntityType.GetTableName()}_{Columns(reference.Properties)}"
            );
    }

    private static string Columns(IEnumerable<IMutableProperty> properties) =>
        string.Join('_', properties.Select(property => property.GetColumnName()));

    /// <summary><c>FirstName</c> → <c>first_name</c>, <c>Sha256</c> → <c>sha256</c>.</summary>
    public static string Of(string name) => WordStart().Replace(name, "_").ToLowerInvariant();

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex WordStart();
}
