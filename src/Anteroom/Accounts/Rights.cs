namespace Anteroom.Accounts;

/// <summary>The names of the authorization policies, one a right. What each role may do is decided here and nowhere else.</summary>
public static class Rights
{
    /// <summary>Read and work leads: everybody of the firm.</summary>
    public const string WorkLeads = nameof(WorkLeads);

    /// <summary>Users, settings, queues: administrators.</summary>
    public const string Administer = nameof(Administer);
}
