namespace Anteroom.Accounts;

/// <summary>A user as statements return one.</summary>
internal sealed record CurrentUserRow(Guid Id, string UserName, string FullName, string Role)
{
    public CurrentUser User => new(Id, UserName, FullName, WireName.Parse<Role>(Role));
}

/// <summary>The same with the security stamp and the sign-in (<see cref="RefreshToken.Family"/>).</summary>
internal sealed record SessionRow(Guid Id, string UserName, string FullName, string Role, string Stamp, Guid Family)
{
    public CurrentUser User => new CurrentUserRow(Id, UserName, FullName, Role).User;
}
