namespace Anteroom.Web.Admin;

/// <summary>The roles as pages name them.</summary>
internal static class RoleNames
{
    /// <summary>Every role, the one most people have first.</summary>
    public static IReadOnlyList<Role> All { get; } = [Role.Attorney, Role.Staff, Role.Administrator];

    /// <summary>The name people read: <c>Intake staff</c>.</summary>
    public static string ToLabel(this Role role) => role == Role.Staff ? "Intake staff" : role.ToString();

    /// <summary>What somebody with the role does.</summary>
    public static string ToWords(this Role role) =>
        role switch
        {
            Role.Attorney => "takes leads",
            Role.Staff => "works leads, is not assigned any",
            _ => "runs Anteroom: users and settings; and everything else",
        };
}
