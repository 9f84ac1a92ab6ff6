using System.Globalization;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Leads;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>A lead that would be concerned.</summary>
/// <param name="Number">Its number.</param>
/// <param name="FullName">Of the person.</param>
/// <param name="Status">The wire name.</param>
/// <param name="Since">What its age is counted from, UTC.</param>
public sealed record DueLead(long Number, string FullName, string Status, DateTimeOffset Since);

/// <summary>What a period of retention would take away today.</summary>
/// <param name="Key">The setting.</param>
/// <param name="What">What is counted: <c>files</c>, <c>leads</c> or <c>lines</c>.</param>
/// <param name="Days">The period; null for none.</param>
/// <param name="Count">How many.</param>
/// <param name="Held">How many more would be, but for a legal hold.</param>
/// <param name="First">The oldest of them.</param>
public sealed record RetentionPreview(
    string Key,
    string What,
    int? Days,
    long Count,
    long Held,
    IReadOnlyList<DueLead> First
);

/// <summary>Says what retention would take away before anybody switches it on. Changes nothing.</summary>
public sealed class PreviewRetention(NpgsqlDataSource database, TimeProvider time)
{
    private const int MostNamed = 20;

    private sealed record Counted(long Free, long Held);

    /// <summary>Looks at each class.</summary>
    public async Task<IReadOnlyList<RetentionPreview>> RunAsync(
        RetentionOptions options,
        CancellationToken cancellation
    ) =>
        [
            await OfLeadsAsync(
                "Retention:DeleteResumesAfterDays",
                "files",
                options.DeleteResumesAfterDays,
                "leads join resumes on resumes.lead_id = leads.id",
                "resumes.deleted_at is null and leads.created_at < $1 and coalesce(added_at, leads.created_at) < $1",
                "coalesce(added_at, leads.created_at)",
                cancellation
            ),
            await OfLeadsAsync(
                "Retention:EraseLeadsAfterDays",
                "leads",
                options.EraseLeadsAfterDays,
                "leads",
                EraseOldLeads.Condition,
                "leads.updated_at",
                cancellation
            ),
            await OfLeadsAsync(
                "Retention:TrashDays",
                "leads",
                options.TrashDays,
                "leads",
                $"leads.{EmptyTrash.Condition}",
                "leads.deleted_at",
                cancellation
            ),
            await OfAuditAsync(options.DeleteAuditAfterDays, cancellation),
        ];

    private async Task<RetentionPreview> OfLeadsAsync(
        string key,
        string what,
        int? days,
        string from,
        string condition,
        string since,
        CancellationToken cancellation
    )
    {
        if (days is not ({ } period and > 0))
            return new(key, what, null, 0, 0, []);
        var before = Sql.Instant(time.GetUtcNow().AddDays(-period));
        var counted = await database.QueryOneAsync<Counted>(
            $"select count(*) filter (where {LegalHold.IsFree}) as free, count(*) filter (where not {LegalHold.IsFree}) as held from {from} where {condition}",
            cancellation,
            Sql.Value(before)
        );
        var first = await database.QueryAsync<DueLead>(
            $"""
            select number, trim(first_name || ' ' || last_name) as full_name, status, {since} as since
            from {from} where {condition} and {LegalHold.IsFree} order by since, number limit {MostNamed.ToString(
                CultureInfo.InvariantCulture
            )}
            """,
            cancellation,
            Sql.Value(before)
        );
        return new(key, what, period, counted!.Free, counted.Held, first);
    }

    private async Task<RetentionPreview> OfAuditAsync(int? days, CancellationToken cancellation)
    {
        const string key = "Retention:DeleteAuditAfterDays";
        if (days is not ({ } asked and > 0))
            return new(key, "lines", null, 0, 0, []);
        var period = Math.Max(asked, RetentionOptions.LeastAuditDays);
        var lines = await database.QueryOneAsync<long>(
            "select count(*) from audit where at < $1",
            cancellation,
            Sql.Value(Sql.Instant(time.GetUtcNow().AddDays(-period)))
        );
        return new(key, "lines", period, lines, 0, []);
    }
}
