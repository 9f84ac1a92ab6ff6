using Anteroom.Leads;
using Anteroom.Reports;
using Anteroom.Tests.App;
using Npgsql;

namespace Anteroom.Tests.Reports;

/// <summary>A lead as a report sees it.</summary>
public sealed record SomeLead(long Number, DateTimeOffset CreatedAt)
{
    public LeadStatus Status { get; init; } = LeadStatus.Registered;

    public DateTimeOffset? ReachedOutAt { get; init; }

    public DateTimeOffset? RetainedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>When the first contact is due by the firm's hours; null: by the clock.</summary>
    public DateTimeOffset? ContactDueAt { get; init; }

    public DateTimeOffset Due => ContactDueAt ?? CreatedAt.AddMinutes(5);

    public Guid? AssignedTo { get; init; }

    public string Source { get; init; } = "form";

    public string? PracticeArea { get; init; }

    public string FirstName { get; init; } = "Ada";

    /// <summary>When its email was given up; null when it has none.</summary>
    public DateTimeOffset? MailFailedAt { get; init; }

    public string MailKind { get; init; } = "confirmation";
}

/// <summary>Leads with any past, straight into the database; and what a report should say of them, counted by hand.</summary>
public static class SomeLeads
{
    /// <summary>Leads of the weeks around a day, by a generator that does the same every time.</summary>
    public static IReadOnlyList<SomeLead> Generate(
        Random random,
        int count,
        DateTimeOffset from,
        TimeSpan span,
        Guid[] people
    )
    {
        var leads = new List<SomeLead>();
        for (var number = 1; number <= count; number++)
        {
            var created = from + TimeSpan.FromSeconds(random.NextInt64((long)span.TotalSeconds));
            var status = LeadStatus.All[random.Next(LeadStatus.All.Count)];
            var reached =
                status == LeadStatus.Registered || (status.IsOut && random.Next(2) == 0)
                    ? null
                    : (DateTimeOffset?)(created + TimeSpan.FromSeconds(random.Next(3) == 0 ? 300 : random.Next(900)));
            var closed = !status.IsOpen
                ? (DateTimeOffset?)(
                    (reached ?? created) + TimeSpan.FromSeconds(random.Next(3) == 0 ? 60 : random.Next(900_000))
                )
                : null;
            leads.Add(
                new(number, created)
                {
                    Status = status,
                    ReachedOutAt = reached,
                    RetainedAt =
                        status == LeadStatus.Retained
                        || (closed is not null && reached is not null && random.Next(4) == 0)
                            ? closed
                            : null,
                    ClosedAt = closed,
                    // Came in while the firm was closed; sometimes due at the very moment of the contact.
                    ContactDueAt = (number % 3) switch
                    {
                        0 => created.AddMinutes(6 + (number % 70 * 61)),
                        1 when number % 5 == 0 && reached > created.AddMinutes(5) => reached,
                        _ => null,
                    },
                    AssignedTo = random.Next(4) == 0 ? null : people[random.Next(people.Length)],
                    Source = (random.Next(5) / 2) switch
                    {
                        0 => "form",
                        1 => "api",
                        _ => "import",
                    },
                    PracticeArea = random.Next(4) is var area && area == 0 ? null : $"Area {area}",
                    MailFailedAt = random.Next(8) == 0 ? created.AddHours(random.Next(48)) : null,
                    MailKind = random.Next(2) == 0 ? "confirmation" : "notification",
                }
            );
        }

        return leads;
    }

    /// <summary>Writes them down.</summary>
    public static async Task InsertAsync(AnteroomApp app, IEnumerable<SomeLead> leads)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        foreach (var chunk in leads.Chunk(200))
        {
            await using var batch = new NpgsqlBatch(connection);
            foreach (var lead in chunk)
            {
                var id = Guid.CreateVersion7(lead.CreatedAt);
                Add(
                    batch,
                    """
                    insert into leads (id, number, first_name, last_name, email, practice_area, source, status, reached_out_at,
                        retained_at, closed_at, assigned_to, assigned_at, search_text, created_at, updated_at, contact_due_at)
                    values ($1, $2, $3, 'Lovelace', 'ada@example.com', $4, $5, $6, $7, $8, $9, $10, $11, 'ada', $11, $11, $12)
                    """,
                    id,
                    lead.Number,
                    lead.FirstName,
                    lead.PracticeArea,
                    lead.Source,
                    lead.Status.ToWire(),
                    lead.ReachedOutAt,
                    lead.RetainedAt,
                    lead.ClosedAt,
                    lead.AssignedTo,
                    lead.CreatedAt,
                    lead.ContactDueAt
                );
                if (lead.MailFailedAt is not null)
                    Add(
                        batch,
                        """
                        insert into emails (id, lead_id, kind, to_address, subject, text, html, message_id, state, next_attempt_at, failed_at, created_at)
                        values (gen_random_uuid(), $1, $2, 'ada@example.com', 's', 't', 'h', 'm', 'failed', $3, $3, $4)
                        """,
                        id,
                        lead.MailKind,
                        lead.MailFailedAt,
                        lead.CreatedAt
                    );
            }

            await batch.ExecuteNonQueryAsync();
        }
    }

    private static void Add(NpgsqlBatch batch, string sql, params object?[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        batch.BatchCommands.Add(command);
    }

    /// <summary>The leads of a scope.</summary>
    public static IReadOnlyList<SomeLead> In(this IEnumerable<SomeLead> leads, ReportScope scope) =>
        [
            .. leads.Where(lead =>
                scope switch
                {
                    ReportScope.Of(var user) => lead.AssignedTo == user,
                    ReportScope.InSightOf(var user) => lead.AssignedTo == user || lead.AssignedTo is null,
                    _ => true,
                }
            ),
        ];

    /// <summary>The totals of a stretch of time, the plain way.</summary>
    public static Totals Count(
        this IReadOnlyCollection<SomeLead> leads,
        DateTimeOffset from,
        DateTimeOffset to,
        DateTimeOffset now
    )
    {
        var submitted = leads.Where(lead => Within(lead.CreatedAt)).ToList();
        var due = submitted
            .Where(lead => lead.Source != "import") // nobody was promised anything
            .Where(lead => lead.ReachedOutAt is not null || (lead.Due <= now && !(lead.ClosedAt <= lead.Due)))
            .ToList();
        var contacts = leads.Where(lead => lead.Source != "import" && Within(lead.ReachedOutAt)).ToList();
        var times = contacts.Select(lead => (lead.ReachedOutAt!.Value - lead.CreatedAt).TotalSeconds).Order().ToList();
        return new Totals
        {
            Submitted = submitted.Count,
            ContactDue = due.Count,
            ContactInTime = due.Count(lead => lead.ReachedOutAt <= lead.Due),
            ReachedOut = contacts.Count,
            Median = Percentile(times, 0.5),
            NinetiethPercentile = Percentile(times, 0.9),
            Retained = leads.Count(lead => Within(lead.RetainedAt)),
            Declined = leads.Count(lead => lead.Status == LeadStatus.Declined && Within(lead.ClosedAt)),
            Lost = leads.Count(lead => lead.Status == LeadStatus.Lost && Within(lead.ClosedAt)),
            MailFailed = leads.Count(lead => Within(lead.MailFailedAt)),
        };

        bool Within(DateTimeOffset? at) => at >= from && at < to;
    }

    /// <summary>Between the two neighbours, as far as the share lies between them.</summary>
    private static TimeSpan? Percentile(List<double> sorted, double share)
    {
        if (sorted.Count == 0)
            return null;
        var place = share * (sorted.Count - 1);
        var below = (int)Math.Floor(place);
        var above = Math.Min(below + 1, sorted.Count - 1);
        return TimeSpan.FromSeconds(sorted[below] + ((sorted[above] - sorted[below]) * (place - below)));
    }
}
