using System.Security.Claims;

namespace Anteroom.Shared;

/// <summary>The signed-in user as the cookie's claims tell, without a query. Bound by endpoints like any parameter.</summary>
public sealed record CurrentUser(Guid Id, string UserName, string FullName, Role Role)
{
    /// <summary>Claim type of <see cref="FullName"/>.</summary>
    public const string FullNameClaim = "full_name";

    /// <summary>Claim type of the sign-in: the same for all requests of a browser until it signs out.</summary>
    public const string SessionClaim = "session";

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
                ],
                scheme
            )
        );

    /// <summary>Minimal API binding. Only for endpoints that require a signed-in user.</summary>
    public static ValueTask<CurrentUser?> BindAsync(HttpContext context) => ValueTask.FromResult(From(context.User));
}
