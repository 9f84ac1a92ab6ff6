using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Anteroom.Mail;

/// <summary>Somebody who wants no more automatic email, for every lead with this address, including later ones.</summary>
public sealed class OptOut
{
    /// <summary>In lower case, as PostgreSQL's <c>lower</c> makes it.</summary>
    public required string Address { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset At { get; init; }
}

internal sealed class OptOutConfiguration : IEntityTypeConfiguration<OptOut>
{
    public void Configure(EntityTypeBuilder<OptOut> optOut)
    {
        optOut.ToTable("opt_outs");
        optOut.HasKey(x => x.Address);
    }
}
