using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Admin;

/// <summary>
/// Fills a data folder with leads that look like a firm's last weeks, through the same use cases as real ones. Every address is
/// at example.com, which belongs to nobody.
/// </summary>
internal sealed class SampleLeads(
    AnteroomDb db,
    SampleSubmissions submissions,
    ChangeLeads changeLeads,
    CreateUser createUser,
    DoWork doWork,
    DeliverOutbox deliver,
    IOptions<MailOptions> mail,
    SampleClock clock
)
{
    private static readonly TimeSpan Span = TimeSpan.FromDays(28);

    /// <summary>The funnel of an ordinary month: how many of 20 leads go how far.</summary>
    private static readonly (int Until, LeadStatus[] Path)[] Paths =
    [
        (4, []),
        (10, [LeadStatus.ReachedOut]),
        (14, [LeadStatus.ReachedOut, LeadStatus.Consultation]),
        (17, [LeadStatus.ReachedOut, LeadStatus.Consultation, LeadStatus.Retained]),
        (19, [LeadStatus.ReachedOut, LeadStatus.Declined]),
        (20, [LeadStatus.Lost]),
    ];

    // The same leads every time: a demo is told about by the numbers in it.
    private readonly Random _random = new(2026);

    /// <summary>Makes the leads; returns how many.</summary>
    /// <exception cref="CannotStartException">There are leads already, or a mail server is set: nobody should get mail from a demo.</exception>
    public async Task<int> RunAsync(int count, CancellationToken cancellation)
    {
        if (mail.Value.HasServer)
            throw new CannotStartException(
                "A mail server is set (EMAIL_HOST); the demo would send mail. Unset it for ./run demo."
            );
        if (await db.Leads.AnyAsync(cancellation))
            throw new CannotStartException(
                "There are leads here already. Choose an empty folder with --data for the demo."
            );

        var end = clock.Now;
        clock.Now = end - Span;
        var team = await MakeTeamAsync(cancellation);
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            clock.Now = end - Span + (Span / count * i) + TimeSpan.FromMinutes(_random.Next(50));
            var number = await submissions.SendAsync(SamplePeople.Pick(_random, i), _random, cancellation);
            clock.Now += TimeSpan.FromSeconds(1);
            await doWork.RunDueAsync(WorkKind.Assign, cancellation);
            await deliver.DeliverDueAsync(cancellation);
            await WorkAsync(number, i, count, team, end, cancellation);
        }

        return count;
    }

    private async Task<List<CurrentUser>> MakeTeamAsync(CancellationToken cancellation)
    {
        var team = new List<CurrentUser>();
        foreach (var name in SamplePeople.Team)
        {
            var userName = name.Split(' ')[0].ToLowerInvariant();
            // Nobody knows the password: these users are for show until an administrator resets it.
            var made = await createUser.RunAsync(
                new NewUser(userName, $"{userName}@example.com", name, Guid.NewGuid().ToString(), Role.Attorney),
                cancellation
            );
            if (made is CreateUserResult.Created { User: var user })
                team.Add(new CurrentUser(user.Id, userName, name, Role.Attorney));
        }

        return team;
    }

    /// <summary>The newest few still wait; the others have gone some way.</summary>
    private async Task WorkAsync(
        long number,
        int index,
        int count,
        List<CurrentUser> team,
        DateTimeOffset end,
        CancellationToken cancellation
    )
    {
        if (team.Count == 0 || index >= count - 3)
            return;

        var owner = await db
            .Leads.Where(lead => lead.Number == number)
            .Select(lead => lead.AssignedTo)
            .SingleAsync(cancellation);
        var by = team.Find(attorney => attorney.Id == owner) ?? team[_random.Next(team.Count)];
        var dice = _random.Next(20);
        var path = Paths.First(path => dice < path.Until).Path;
        if (path.Length == 0)
        {
            // Nobody had the time: the welcome email goes out in the attorney's name.
            clock.Now += TimeSpan.FromMinutes(4);
            await doWork.RunDueAsync(WorkKind.ReachOut, cancellation);
            await deliver.DeliverDueAsync(cancellation);
        }

        foreach (var next in path)
        {
            clock.Now +=
                next == LeadStatus.ReachedOut
                    ? TimeSpan.FromMinutes(1 + _random.Next(40))
                    : TimeSpan.FromHours(3 + _random.Next(60));
            if (clock.Now >= end)
                return;
            await changeLeads.OneAsync(LeadSelection.One(number), LeadChange.MoveTo(next), by, cancellation);
            db.ChangeTracker.Clear();
        }
    }
}
