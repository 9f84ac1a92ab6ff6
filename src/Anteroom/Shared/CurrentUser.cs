using System.Security.Claims;

namespace Anteroom.Shared;

/// <summary>The signed-in user as the cookie's claims tell, without a query. Bound by endpoints like any parameter.</summary>
public sealed record CurrentUser(Guid Id, string UserName, string FullName, Role Role)
{
    /// <summary>Claim type of <see cref="FullName"/>.</summary>
    public const string FullNameClaim = "full_name";

    /// <summary>Claim type of <see cref="Language"/>.</summary>
    public const string LanguageClaim = "language";

    /// <summary>Claim type of <see cref="TimeZone"/>.</summary>
    public const string TimeZoneClaim = "time_zone";

    /// <summary>Claim type of the sign-in: the same for all requests of a browser until it signs out.</summary>
    public const string SessionClaim = "session";

    /// <summary>The language chosen; null: as the browser says.</summary>
    public Language? Language { get; init; }

    /// <summary>The time zone chosen, by its IANA name; null: the browser's.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Reads the user; null when nobody is signed in.</summary>
    public static CurrentUser? From(ClaimsPrincipal principal) =>
        Guid.TryParse(principal.FindFirstValue(ClaimTypes.NameIdentifier), out var id)
        && Enum.TryParse<Role>(principal.FindFirstValue(ClaimTypes.Role), out var role)
            ? new CurrentUser(
                id,
                principal.Identity?.Name ?? "",
                principal.FindFirstValue(FullNameClaim) ?? principal.Identity?.Name ?? "",
                role
            )
            {
                Language = WireName.TryParse(principal.FindFirstValue(LanguageClaim), out Language language)
                    ? language
                    : null,
                TimeZone = principal.FindFirstValue(TimeZoneClaim),
            }
            : null;

    /// <summary>The principal that <see cref="From"/> reads.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(ClaimTypes.NameIdentifier, Id.ToString()),
                    new Claim(ClaimTypes.Name, UserName),
                    new Claim(ClaimTypes.Role, Role.ToString()),
                    new Claim(FullNameClaim, FullName),
                    .. ClaimsOf(Language, TimeZone),
                ],
                scheme
            )
        );

    /// <summary>How a user reads, as claims.</summary>
    public static IEnumerable<Claim> ClaimsOf(Language? language, string? timeZone)
    {
        if (language is { } chosen)
            yield return new Claim(LanguageClaim, chosen.ToWire());
        if (timeZone is not null)
            yield return new Claim(TimeZoneClaim, timeZone);
    }

    /// <summary>Minimal API binding. Only for endpoints that require a signed-in user.</summary>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context) => ValueTask.FromResult(From(context.User));
}
