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

    private static readonly Dictionary<string, Role[]> Table = new(StringComparer.Ordinal)
    {
        [WorkLeads] = [Role.Administrator, Role.Attorney, Role.Staff],
        [KeepSnippets] = [Role.Administrator, Role.Attorney],
        [Administer] = [Role.Administrator],
    };

    /// <summary>The names of the roles that have a right.</summary>
    public static IEnumerable<string> Of(string right) => Table[right].Select(role => role.ToString());
}
