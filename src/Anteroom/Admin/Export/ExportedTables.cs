using Anteroom.Firm;

namespace Anteroom.Admin;

/// <summary>What an export without secrets is without.</summary>
internal static class ExportedTables
{
    /// <summary>What opens an account, or keeps one open, and the keys that make such things.</summary>
    private static readonly HashSet<string> Secret = new(StringComparer.Ordinal)
    {
        "public.api_tokens",
        "public.data_protection_keys",
        "public.refresh_tokens",
        "public.setup_links",
        "public.signing_keys",
        "public.user_links",
        "public.user_passkeys",
        "public.user_sessions",
        "public.user_tokens",
    };

    /// <summary>The statement that reads a table; null when it is left out.</summary>
    public static string? Query(TableColumns table, bool withSecrets)
    {
        if (withSecrets)
            return $"select {string.Join(", ", table.Columns)} from {table.Name}";
        if (Secret.Contains(table.Name))
            return null;
        var columns = table.Columns.Select(column =>
            (table.Name, column) switch
            {
                ("public.users", "password_hash") => "null::text",
                // Nobody could give a code any more.
                ("public.users", "two_factor_enabled") => "false",
                _ => column,
            }
        );
        return $"select {string.Join(", ", columns)} from {table.Name}{(table.Name == "public.settings" ? $" where key not in ({SecretKeys})" : table.Name == "public.outbox" ? $" where kind not in ('invitation', 'password_reset', 'address_change')" : "")}";
    }

    private static string SecretKeys =>
        string.Join(
            ", ",
            Setting
                .All.Where(setting => setting.Kind == SettingKind.Secret)
                .Select(setting => $"'{setting.Key}'")
                .DefaultIfEmpty("''")
        );
}
