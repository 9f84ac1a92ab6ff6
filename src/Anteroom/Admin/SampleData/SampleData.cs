using Anteroom.Accounts;
using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Live;
using Anteroom.Mail;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>What there is of sample data.</summary>
public sealed record SampleCount(int Leads, int People)
{
    /// <summary>There is none.</summary>
    public bool IsNone => Leads == 0 && People == 0;
}

/// <summary>
/// Sample leads and attorneys to try things with, in a firm that has started working or not: made at once, removed at once. They are
/// marked in their rows. Nobody writes to them (their addresses are at a domain that cannot exist, RFC 2606, and mail about them is
/// cancelled), the attorneys among them get no real leads, and real attorneys none of theirs.
/// </summary>
public sealed class SampleData(
    AnteroomDb db,
    IResumeStore store,
    EmailWriter emails,
    ChangeSettings settings,
    Changes changes,
    AuditLog audit,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>What the addresses of sample people end with.</summary>
    public const string Domain = "@sample.invalid";

    private const int Leads = 30;
    private const long OneAtATime = 0x53616D706C65;

    private static readonly TimeSpan Span = TimeSpan.FromDays(28);

    private static readonly (int Until, LeadStatus[] Path)[] Paths =
    [
        (5, [LeadStatus.ReachedOut]),
        (9, [LeadStatus.ReachedOut, LeadStatus.Consultation]),
        (13, [LeadStatus.ReachedOut, LeadStatus.Consultation, LeadStatus.Retained]),
        (15, [LeadStatus.ReachedOut, LeadStatus.Declined]),
        (16, [LeadStatus.Lost]),
    ];

    private readonly Random _random = new(2026);

    /// <summary>How much there is.</summary>
    public async Task<SampleCount> CountAsync(CancellationToken cancellation) =>
        new(
            await db.Leads.IgnoreQueryFilters().CountAsync(lead => lead.Sample, cancellation),
            await db.Users.CountAsync(user => user.Sample, cancellation)
        );

    /// <summary>Makes the samples; how many leads, 0 when there were some already. One transaction.</summary>
    /// <exception cref="StorageUnavailableException">A file could not be kept; nothing is left.</exception>
    public async Task<int> MakeAsync(CurrentUser by, CancellationToken cancellation)
    {
        var kept = new List<string>();
        try
        {
            await using var transaction = await LockAsync(cancellation);
            if (!(await CountAsync(cancellation)).IsNone)
                return 0;
            var now = Sql.Instant(time.GetUtcNow());
            var team = AddTeam(now);
            await db.SaveChangesAsync(cancellation);
            await using var outbox = new NpgsqlBatch(
                (NpgsqlConnection)db.Database.GetDbConnection(),
                (NpgsqlTransaction)transaction.GetDbTransaction()
            );
            var numbers = await db
                .Database.SqlQuery<long>(
                    $"select nextval('lead_numbers') as \"Value\" from generate_series(1, {Leads})"
                )
                .ToListAsync(cancellation);
            numbers.Sort();
            var codes = await db
                .Database.SqlQuery<string>($"select new_lead_code() as \"Value\" from generate_series(1, {Leads})")
                .ToListAsync(cancellation);
            for (var i = 0; i < Leads; i++)
                kept.Add(await AddLeadAsync(numbers[i], codes[i], i, team, now, outbox, cancellation));
            audit.Write(
                db,
                AuditKind.SamplesChanged,
                $"made {Leads} sample leads and {team.Count} sample attorneys",
                by: by
            );
            await db.SaveChangesAsync(cancellation);
            // As if they had gone out: nothing else ever sees them waiting.
            outbox.Add(
                """
                update emails set state = 'sent', attempts = 1, sent_at = emails.created_at + interval '2 seconds'
                from leads where leads.id = lead_id and sample and state = 'queued'
                """
            );
            await outbox.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
        }
        catch
        {
            foreach (var key in kept)
                await store.DeleteAsync(key, CancellationToken.None);
            throw;
        }

        await MarkAsync(true, by, cancellation);
        return Leads;
    }

    /// <summary>
    /// Removes them with all that is about them: files, emails, timelines, what waits. Real leads that somebody gave to a sample
    /// attorney belong to nobody afterwards. One transaction, then the files.
    /// </summary>
    public async Task<SampleCount> RemoveAsync(CurrentUser by, CancellationToken cancellation)
    {
        await using var transaction = await LockAsync(cancellation);
        var count = await CountAsync(cancellation);
        if (count.IsNone)
            return count;
        var files = await (
            from resume in db.Resumes.IgnoreQueryFilters()
            join lead in db.Leads.IgnoreQueryFilters() on resume.LeadId equals lead.Id
            where lead.Sample && resume.DeletedAt == null
            select resume.StorageKey
        ).ToListAsync(cancellation);
        files.AddRange(
            await (
                from copy in db.Copies
                join resume in db.Resumes.IgnoreQueryFilters() on copy.ResumeId equals resume.Id
                join lead in db.Leads.IgnoreQueryFilters() on resume.LeadId equals lead.Id
                where lead.Sample
                select copy.StorageKey
            ).ToListAsync(cancellation)
        );
        await db.Database.ExecuteSqlRawAsync(
            """
            delete from work using leads where subject = leads.id and sample;
            delete from legal_holds using leads where lead_id = leads.id and sample;
            delete from leads where sample;
            update leads set assigned_to = null, assigned_at = null from users where assigned_to = users.id and users.sample;
            update leads set deleted_by = null from users where deleted_by = users.id and users.sample;
            update tasks set assigned_to = created_by from users where assigned_to = users.id and users.sample;
            update tasks set done_by = null from users where done_by = users.id and users.sample;
            update leads set reached_out_by = null from users where reached_out_by = users.id and users.sample;
            delete from emails using users where lead_id is null and to_address = users.email and users.sample;
            delete from bulk_mailings using users where created_by = users.id and users.sample;
            delete from users where sample
            """,
            cancellation
        );
        audit.Write(
            db,
            AuditKind.SamplesChanged,
            $"removed {count.Leads} sample leads and {count.People} sample attorneys",
            by: by
        );
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        foreach (var key in files)
            await store.DeleteAsync(key, CancellationToken.None);
        await MarkAsync(false, by, cancellation);
        return count;
    }

    /// <summary>Lets every page on every node show that there is sample data without a query.</summary>
    private Task MarkAsync(bool there, CurrentUser by, CancellationToken cancellation)
    {
        changes.PublishEverything();
        return settings.SetOwnAsync(PanelOptions.SamplesKey, there ? "true" : null, by, cancellation);
    }

    private async Task<IDbContextTransaction> LockAsync(CancellationToken cancellation)
    {
        var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Of two who press the button at once, the second waits and then sees what the first has done.
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock({OneAtATime})", cancellation);
        return transaction;
    }

    private List<User> AddTeam(DateTimeOffset now)
    {
        var team = new List<User>();
        foreach (var name in SamplePeople.Team)
        {
            // Without a password: nobody signs in as a sample.
            var userName = $"sample.{name.Split(' ')[0].ToLowerInvariant()}";
            var address = $"{userName}{Domain}";
            team.Add(
                new User
                {
                    Id = Guid.CreateVersion7(now),
                    UserName = userName,
                    NormalizedUserName = userName.ToUpperInvariant(),
                    Email = address,
                    NormalizedEmail = address.ToUpperInvariant(),
                    EmailConfirmed = true,
                    SecurityStamp = Guid.NewGuid().ToString("N"),
                    FullName = name,
                    Role = Role.Attorney,
                    GetsReports = false,
                    Sample = true,
                    CreatedAt = now - Span,
                }
            );
        }

        db.Users.AddRange(team);
        return team;
    }

    /// <summary>Adds a lead with all that belongs to it; the key of its file.</summary>
    private async Task<string> AddLeadAsync(
        long number,
        string code,
        int index,
        List<User> team,
        DateTimeOffset now,
        NpgsqlBatch outbox,
        CancellationToken cancellation
    )
    {
        var person = SamplePeople.Pick(_random, index);
        person.Email = person.Email[..person.Email.IndexOf('@', StringComparison.Ordinal)] + Domain;
        var at = Sql.Instant(now - Span + (Span / Leads * (index + 0.9)));
        var areas = firm.Value.PracticeAreas;
        person.PracticeArea = _random.Next(6) == 0 ? null : areas[_random.Next(areas.Count)];
        var lead = new Lead
        {
            Id = Guid.CreateVersion7(at),
            Number = number,
            Code = code,
            FirstName = person.FirstName,
            LastName = person.LastName,
            Email = person.Email,
            Source = index % 5 == 4 ? "api" : "form",
            Sample = true,
            CreatedAt = at,
            UpdatedAt = at,
        };
        lead.FillFrom(person);
        using var file = new MemoryStream(SamplePeople.ResumeOf(person));
        await using var staged = await store.StageAsync(
            file,
            $"{person.LastName} {person.FirstName} resume.rtf",
            1024 * 1024,
            cancellation
        );
        var key = await store.KeepAsync(staged, cancellation);
        db.Resumes.Add(
            new Resume
            {
                Id = Guid.CreateVersion7(at),
                LeadId = lead.Id,
                FileName = staged.FileName,
                Type = staged.Type!.Value,
                Bytes = staged.Bytes,
                Sha256 = staged.Sha256,
                StorageKey = key,
            }
        );
        Record(lead, lead.FullName, null, "submitted", "submitted the form", at);
        var values = lead.MergeFieldsForProspect(firm.Value);
        values["file_name"] = staged.FileName;
        outbox.Queue(emails.Write(EmailKind.Confirmation, new Mailbox(lead.Email, lead.FullName), values, at, lead.Id));
        Record(lead, "Anteroom", null, "email_sent", $"sent the confirmation email to {lead.Email}", at.AddSeconds(2));
        Work(lead, index, team[index % team.Count], at.AddSeconds(1), now);
        db.Leads.Add(lead).Index(firm.Value);
        return key;
    }

    /// <summary>The newest wait, one of them for nobody; the others have gone some way.</summary>
    private void Work(Lead lead, int index, User owner, DateTimeOffset at, DateTimeOffset now)
    {
        if (index == Leads - 1)
            return;
        lead.TryAssign(owner.Id, at);
        Record(lead, "Anteroom", null, "assigned", $"assigned this lead to {owner.FullName}, the least busy", at);
        if (index >= Leads - 4)
            return;
        var dice = _random.Next(16);
        foreach (var next in Paths.First(path => dice < path.Until).Path)
        {
            at +=
                next == LeadStatus.ReachedOut
                    ? TimeSpan.FromMinutes(1 + _random.Next(3) + (_random.Next(8) == 0 ? 20 : 0))
                    : TimeSpan.FromHours(3 + _random.Next(60));
            if (at >= now)
                return;
            var from = lead.Status;
            lead.TryMoveTo(next, owner.Id, at);
            Record(
                lead,
                owner.FullName,
                owner.Id,
                "status_changed",
                $"moved this lead from {from.ToLabel()} to {next.ToLabel()}",
                at
            );
        }
    }

    private void Record(Lead lead, string actor, Guid? actorId, string kind, string summary, DateTimeOffset at) =>
        db.Record(new Actor(actorId, actor), lead.Id, kind, summary, at);
}
