using Anteroom.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Timeline;

/// <summary>The table of this room.</summary>
internal static class TimelineTables
{
    extension(AnteroomDb db)
    {
        /// <summary>Every line of every timeline.</summary>
        public DbSet<Activity> Activities => db.Set<Activity>();
    }
}

internal sealed class ActivityConfiguration : IEntityTypeConfiguration<Activity>
{
    public void Configure(EntityTypeBuilder<Activity> activity)
    {
        activity.ToTable("activities");
        activity.Property(x => x.Actor).HasMaxLength(201);
        activity.HasIndex(x => new { x.LeadId, x.Id }).HasDatabaseName("ix_activities_lead_id");
        activity.HasIndex(x => x.LeadId, "ix_activities_words").HasFilter("words is not null");
    }
}
