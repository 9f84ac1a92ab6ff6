using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Notices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>When a user last viewed a lead. It is unread while nobody has.</summary>
public sealed class LeadRead
{
    /// <summary>Days until a lead no longer counts as unread; older rows are meaningless.</summary>
    public const int Days = 30;

    /// <summary>Who.</summary>
    public required Guid UserId { get; init; }

    /// <summary>Which lead.</summary>
    public required Guid LeadId { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset ReadAt { get; init; }
}

internal sealed class LeadReadConfiguration : IEntityTypeConfiguration<LeadRead>
{
    public void Configure(EntityTypeBuilder<LeadRead> read)
    {
        read.ToTable("lead_reads");
        read.HasKey(x => new { x.UserId, x.LeadId });
        read.HasOne<User>().WithMany().HasForeignKey(x => x.UserId).OnDelete(DeleteBehavior.Cascade);
        read.HasOne<Lead>().WithMany().HasForeignKey(x => x.LeadId).OnDelete(DeleteBehavior.Cascade);
        read.HasIndex(x => x.LeadId);
        read.HasIndex(x => x.ReadAt);
    }
}

/// <summary>Marks a lead as read, and what the user was told of it.</summary>
internal static class MarkRead
{
    /// <summary>One statement, which returns nothing.</summary>
    public static void Add(NpgsqlBatch batch, Guid lead, Guid user, DateTimeOffset now) =>
        batch.Add(
            $"""
            with noticed as ({NoticeSql.Read("$1", "$2", "$3")})
            insert into lead_reads (user_id, lead_id, read_at) values ($1, $2, $3)
            on conflict (user_id, lead_id) do update set read_at = excluded.read_at
            """,
            Sql.Value(user),
            Sql.Value(lead),
            Sql.Value(Sql.Instant(now))
        );
}
