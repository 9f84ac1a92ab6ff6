using Microsoft.AspNetCore.Identity;

namespace Anteroom.Accounts;

/// <summary>How a request says who it is from. The address decides which of them counts, so that a cookie never opens an API.</summary>
public static class Schemes
{
    /// <summary>Picks one of the others by the address.</summary>
    public const string ByAddress = nameof(ByAddress);

    /// <summary>Pages: the sign-in cookie.</summary>
    public static readonly string Cookie = IdentityConstants.ApplicationScheme;

    /// <summary><c>/api/…</c> and <c>/media/…</c>: <c>Authorization: Token …</c></summary>
    public const string Token = nameof(Token);

    /// <summary><c>/api/v1/…</c>: <c>Authorization: Bearer …</c></summary>
    public const string Bearer = nameof(Bearer);

    /// <summary>The scheme for an address.</summary>
    public static string For(PathString path)
    {
        return Starts("/api/v1") ? Bearer
            : Starts("/api") || Starts("/media") ? Token
            : Cookie;

        bool Starts(string prefix) => path.StartsWithSegments(prefix, StringComparison.OrdinalIgnoreCase);
    }
}
