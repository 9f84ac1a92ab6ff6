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

    /// <summary>So many have just come in.</summary>
    private const int Waiting = 2;

    /// <summary>Of 20 leads, so many hear from a person first.</summary>
    private const int PhoneFirst = 11;

    /// <summary>The funnel of an ordinary month: how many of 20 leads go how far.</summary>
    private static readonly (int Until, LeadStatus[] Path)[] Paths =
    [
        (8, [LeadStatus.ReachedOut]),
        (13, [LeadStatus.ReachedOut, LeadStatus.Consultation]),
        (17, [LeadStatus.ReachedOut, LeadStatus.Consultation, LeadStatus.Retained]),
        (19, [LeadStatus.ReachedOut, LeadStatus.Declined]),
        (20, [LeadStatus.ReachedOut, LeadStatus.Lost]),
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
        var team = await MakeTeamAsync(count, cancellation);
        var desk = await MakeAsync(SamplePeople.Desk, Role.Staff, cancellation);
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            // The newest two have just come in, as in a firm at work.
            clock.Now =
                count - i <= Waiting
                    ? end - TimeSpan.FromMinutes(1.5 * (count - i) - 1)
                    : end - Span + (Span / count * i) + TimeSpan.FromMinutes(_random.Next(50));
            var number = await submissions.SendAsync(SamplePeople.Pick(_random, i), desk, _random, cancellation);
            clock.Now += TimeSpan.FromSeconds(1);
            await doWork.RunDueAsync(WorkKind.Assign, cancellation);
            await deliver.DeliverDueAsync(cancellation);
            await WorkAsync(number, i, count, team, end, cancellation);
        }

        return count;
    }

    /// <summary>The attorneys, with room for all leads that are open at the end and for those of the coming weeks.</summary>
    private async Task<List<CurrentUser>> MakeTeamAsync(int count, CancellationToken cancellation)
    {
        var team = new List<CurrentUser>();
        foreach (var name in SamplePeople.Team)
            team.Add(await MakeAsync(name, Role.Attorney, cancellation));
        var capacity = Math.Clamp((count / team.Count + 9) / 10 * 10 + 10, 50, Availability.LargestCapacity);
        await db
            .Users.Where(user => user.Role == Role.Attorney)
            .ExecuteUpdateAsync(change => change.SetProperty(user => user.Capacity, capacity), cancellation);
        return team;
    }

    private async Task<CurrentUser> MakeAsync(string name, Role role, CancellationToken cancellation)
    {
        var userName = name.Split(' ')[0].ToLowerInvariant();
        // Nobody knows the password: these users are for show until an administrator resets it.
        var made = await createUser.RunAsync(
            new NewUser(userName, $"{userName}@example.com", name, Guid.NewGuid().ToString(), role),
            cancellation
        );
        return CurrentUser.Of(
            made is CreateUserResult.Created { User: var user }
                ? user
                : await db.Users.SingleAsync(user => user.UserName == userName, cancellation)
        );
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
        if (count - index <= Waiting)
            return;

        var owner = await db
            .Leads.Where(lead => lead.Number == number)
            .Select(lead => lead.AssignedTo)
            .SingleAsync(cancellation);
        if (team.Find(attorney => attorney.Id == owner) is not { } by)
            return;
        var dice = _random.Next(20);
        var path = Paths.First(path => dice < path.Until).Path;
        var first = _random.Next(20);
        if (first >= PhoneFirst)
        {
            // Nobody had the time: the welcome email goes out in the attorney's name, seldom late.
            clock.Now += first == 19 ? TimeSpan.FromMinutes(8 + _random.Next(30)) : TimeSpan.FromMinutes(4);
            if (clock.Now >= end)
                return;
            await doWork.RunDueAsync(WorkKind.ReachOut, cancellation);
            await deliver.DeliverDueAsync(cancellation);
            db.ChangeTracker.Clear();
            path = path[1..];
        }

        foreach (var next in path)
        {
            clock.Now +=
                next == LeadStatus.ReachedOut
                    ? TimeSpan.FromSeconds(50 + _random.Next(170))
                    : TimeSpan.FromHours(3 + _random.Next(60));
            if (clock.Now >= end)
                return;
            await changeLeads.OneAsync(LeadSelection.One(number), LeadChange.MoveTo(next), by, cancellation);
            db.ChangeTracker.Clear();
        }
    }
}
