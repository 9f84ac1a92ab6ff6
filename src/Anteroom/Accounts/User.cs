using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>Somebody of the firm who signs in.</summary>
public sealed class User : IdentityUser<Guid>
{
    /// <summary>1, 2, 3 …: the id in the Django-style API.</summary>
    public long Number { get; init; }

    /// <summary>The name colleagues and prospects see.</summary>
    public required string FullName { get; set; }

    /// <summary>What the user may do.</summary>
    public required Role Role { get; set; }

    /// <summary>False: cannot sign in.</summary>
    public bool Active { get; set; } = true;

    /// <summary>Attorneys: whether they take new leads.</summary>
    public bool Available { get; set; } = true;

    /// <summary>Attorneys: takes no new leads before this instant; null when not away.</summary>
    public DateTimeOffset? AwayUntil { get; set; }

    /// <summary>Attorneys: how many open leads at most, 0 to 100,000.</summary>
    public int Capacity { get; set; } = 50;

    /// <summary>Attorneys: takes leads of these practice areas only; empty for any.</summary>
    public string[] PracticeAreas { get; set; } = [];

    /// <summary>Attorneys: the days of <see cref="Hours"/>; null for no hours.</summary>
    public short? WorkDays { get; private set; }

    /// <summary>The beginning of <see cref="Hours"/>.</summary>
    public short? WorkFrom { get; private set; }

    /// <summary>The end of <see cref="Hours"/>.</summary>
    public short? WorkUntil { get; private set; }

    /// <summary>Attorneys: when they work; null for always.</summary>
    public WorkingHours? Hours
    {
        get => WorkingHours.Of(WorkDays, WorkFrom, WorkUntil);
        set => (WorkDays, WorkFrom, WorkUntil) = (value?.Days, value?.From, value?.Until);
    }

    /// <summary>When a lead was last assigned to this user; null when none was.</summary>
    public DateTimeOffset? LastAssignedAt { get; set; }

    /// <summary>Whether an attorney takes new leads at <paramref name="now"/>, as far as there is room.</summary>
    public bool TakesLeads(DateTimeOffset now) => Active && Available && !(AwayUntil > now);

    /// <summary>Administrators and attorneys: gets the daily report and the weekly summary.</summary>
    public bool GetsReports { get; set; } = true;

    /// <summary>The language of pages and emails; null: as the browser says, and English in emails.</summary>
    public Language? Language { get; set; }

    /// <summary>The time zone that times are shown in, by its IANA name; null: the browser's.</summary>
    public string? TimeZone { get; set; }

    /// <summary>The half minute whose code of the app was accepted last; null when none was.</summary>
    public long? LastCodeStep { get; init; }

    /// <summary>Made up, to try things with: takes no real leads, and nobody writes to it.</summary>
    public bool Sample { get; init; }

    /// <summary>When the account was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the account was last changed by a person, UTC; null when it never was.</summary>
    public DateTimeOffset? ChangedAt { get; set; }
}

/// <summary>From an account to a recipient.</summary>
internal static class UserAsMailbox
{
    /// <summary>What is said to them, in their language.</summary>
    public static string In(this User user, Func<string> say) => (user.Language ?? Language.En).In(say);

    /// <summary>Where to write to a user who has an address, in the language that they read.</summary>
    public static Mailbox Mailbox(this User user) =>
        new(user.Email!, user.FullName, user.Language?.ToWire(), user.TimeZone);
}

/// <summary>From an account to who is asking.</summary>
internal static class UserAsCurrent
{
    extension(CurrentUser)
    {
        /// <summary>A user as such.</summary>
        public static CurrentUser Of(User user)
        {
            ArgumentNullException.ThrowIfNull(user);
            return new(user.Id, user.UserName ?? "", user.FullName, user.Role)
            {
                Language = user.Language,
                TimeZone = user.TimeZone,
            };
        }
    }
}
