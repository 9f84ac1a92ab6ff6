namespace Anteroom.Web.Admin;

/// <summary>The roles as pages name them.</summary>
internal static class RoleNames
{
    /// <summary>Every role, the one most people have first.</summary>
    public static IReadOnlyList<Role> All { get; } = [Role.Attorney, Role.Staff, Role.Administrator, Role.Operator];

    /// <summary>The name people read: <c>Intake staff</c>.</summary>
    public static string ToLabel(this Role role) => role == Role.Staff ? "Intake staff" : role.ToString();

    /// <summary>What somebody with the role does.</summary>
    public static string ToWords(this Role role) =>
        role switch
        {
            Role.Attorney => "is assigned leads",
            Role.Staff => "handles leads, is not assigned any",
            Role.Operator => "watches queues, nodes and jobs; changes nothing and sees no lead",
            _ => "manages users and settings, and can do everything else",
        };
}
