using Anteroom.Audit;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>A user's own profile, as typed; not yet validated.</summary>
/// <param name="FullName">The name colleagues and prospects see.</param>
/// <param name="Email">The address.</param>
/// <param name="Takes">Attorneys: what they take.</param>
/// <param name="GetsReports">Administrators and attorneys: gets the daily report and the weekly summary.</param>
public sealed record Profile(string? FullName, string? Email, AvailabilityForm Takes, bool GetsReports)
{
    /// <summary>Needed for another address.</summary>
    public string? CurrentPassword { get; init; }

    /// <summary>The stored profile.</summary>
    public static Profile Of(User user, DateTimeOffset now) =>
        new(user.FullName, user.Email, AvailabilityForm.Of(user, now), user.GetsReports);
}

/// <summary>What became of a change to one's own profile.</summary>
public abstract record UpdateProfileResult
{
    private UpdateProfileResult() { }

    /// <summary>Saved. Another address is the user's once the link that was sent there is opened.</summary>
    public sealed record Saved(User User, bool AddressWaits) : UpdateProfileResult;

    /// <summary>
    /// Nothing was saved. Fields: <c>full_name</c>, <c>email</c>, <c>current_password</c>, <c>away_until</c>, <c>capacity</c>, <c>practice_area</c>,
    /// <c>work_from</c>.
    /// </summary>
    public sealed record Invalid(FieldErrors Errors) : UpdateProfileResult;
}

/// <summary>Changes a user's own name, address and, for attorneys, what they take.</summary>
public sealed class UpdateProfile(
    AnteroomDb db,
    UserManager<User> users,
    ConfirmPassword confirm,
    UserEmails emails,
    AuditLog audit,
    WorkSignal signal,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>Validates and saves.</summary>
    public async Task<UpdateProfileResult> RunAsync(Guid userId, Profile wanted, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        if (!EmailAddress.TryParseList(wanted.Email, out var addresses, out var problem))
            errors.Add("email", problem);
        else if (addresses.Count != 1)
            errors.Add("email", "Please enter one email address, such as name@example.com.");
        else if (await AddressProblemAsync(userId, addresses[0].Address, wanted, cancellation) is var (field, sentence))
            errors.Add(field, sentence);

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var user = (await db.LockUserAsync(userId, cancellation))!;
        if (!PersonName.TryParse(wanted.FullName, "name", out var fullName, out problem))
            errors.Add("full_name", problem);
        if (user.Role == Role.Attorney)
            wanted.Takes.Read(time.GetUtcNow(), errors).ApplyTo(user, firm.Value.PracticeAreas, errors);
        if (!errors.IsEmpty)
            return new UpdateProfileResult.Invalid(errors);

        user.FullName = fullName!;
        if (user.Role is Role.Administrator or Role.Attorney)
            user.GetsReports = wanted.GetsReports;
        user.ChangedAt = time.GetUtcNow();
        (await users.UpdateAsync(user)).AddTo(errors, "email");
        if (!errors.IsEmpty)
            return new UpdateProfileResult.Invalid(errors);

        var moves = !string.Equals(user.Email, addresses[0].Address, StringComparison.Ordinal);
        if (moves)
            await AskNewAddressAsync(user, addresses[0].Address, cancellation);
        await transaction.CommitAsync(cancellation);
        if (moves)
            signal.Poke(WorkSignal.Emails);
        return new UpdateProfileResult.Saved(user, moves);
    }

    /// <summary>Another address has to be free, and needs the password. Outside the transaction: a wrong one counts whatever follows.</summary>
    private async Task<(string Field, Sentence Sentence)?> AddressProblemAsync(
        Guid userId,
        string address,
        Profile wanted,
        CancellationToken cancellation
    )
    {
        var normalized = users.NormalizeEmail(address);
        var holders = await db
            .Users.AsNoTracking()
            .Where(user => user.Id == userId || user.NormalizedEmail == normalized)
            .ToListAsync(cancellation);
        if (holders.Exists(user => user.Id == userId && string.Equals(user.Email, address, StringComparison.Ordinal)))
            return null;
        if (holders.Exists(user => user.Id != userId))
            return ("email", users.ErrorDescriber.DuplicateEmail(address).ToSentence());
        return await confirm.ProblemAsync(userId, wanted.CurrentPassword, cancellation) is { } problem
            ? ("current_password", problem)
            : null;
    }

    private async Task AskNewAddressAsync(User user, string address, CancellationToken cancellation)
    {
        foreach (var email in await emails.NewAddressAsync(user, address, cancellation))
            await db.QueueAsync(email, cancellation);
        audit.Write(
            db,
            AuditKind.CredentialsChanged,
            "asked for another email address",
            $"user:{user.Number}",
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["email"] = user.Email },
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["email"] = address }
        );
        await db.SaveChangesAsync(cancellation);
    }
}
