namespace Anteroom.Accounts;

/// <summary>The rights an endpoint can ask for, by name of its policy. What each role may do is decided here and nowhere else.</summary>
public static class Rights
{
    /// <summary>Read and work leads.</summary>
    public const string WorkLeads = nameof(WorkLeads);

    /// <summary>Change the texts that emails to prospects begin with.</summary>
    public const string KeepSnippets = nameof(KeepSnippets);

    /// <summary>Users, settings, queues.</summary>
    public const string Administer = nameof(Administer);

    /// <summary>See how the product runs: queues, nodes, schedule, what is wrong. Nothing of prospects, and no act.</summary>
    public const string SeeOperations = nameof(SeeOperations);

    private static readonly Dictionary<string, Role[]> Table = new(StringComparer.Ordinal)
    {
        [WorkLeads] = [Role.Administrator, Role.Attorney, Role.Staff],
        [KeepSnippets] = [Role.Administrator, Role.Attorney],
        [Administer] = [Role.Administrator],
        [SeeOperations] = [Role.Administrator, Role.Operator],
    };

    /// <summary>Whether a user has a right; nobody has none.</summary>
    public static bool Has(this CurrentUser? user, string right) =>
        user is not null && Table[right].Contains(user.Role);

    /// <summary>The names of the roles that have a right.</summary>
    public static IEnumerable<string> Of(string right) => Table[right].Select(role => role.ToString());
}
