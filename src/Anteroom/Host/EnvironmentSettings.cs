using System.Globalization;
using Anteroom.Http;
using Npgsql;

namespace Anteroom.Host;

/// <summary>
/// The settings of a <c>.env</c> file and the environment under the names that Django and FastAPI deployments use
/// (<c>POSTGRES_HOST</c>, <c>EMAIL_HOST</c> …), translated to Anteroom's own configuration keys. Where both are set, ours win.
/// </summary>
public static class EnvironmentSettings
{
    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["EMAIL_HOST"] = "Mail:Host",
        ["EMAIL_PORT"] = "Mail:Port",
        ["EMAIL_HOST_USER"] = "Mail:User",
        ["EMAIL_HOST_PASSWORD"] = "Mail:Password",
        ["DEFAULT_FROM_EMAIL"] = "Mail:From",
        ["ATTORNEY_EMAIL"] = "Firm:NotifyAddresses",
        ["SECRET_KEY"] = "Accounts:SecretKey",
        ["SECRET_KEY_FALLBACKS"] = "Accounts:SecretKeyFallbacks",
        ["CORS_ALLOWED_ORIGINS"] = "Cors:AllowedOrigins",
        ["TRUSTED_PROXIES"] = TrustedProxies.Key,
    };

    private static readonly Dictionary<string, string> Switches = new(StringComparer.Ordinal)
    {
        ["EMAIL_USE_TLS"] = "Mail:UseTls",
        ["EMAIL_USE_SSL"] = "Mail:UseSsl",
        ["EMAIL_SSL_CERTVERIFY"] = "Mail:VerifyCertificate",
    };

    /// <summary>The environment over the file <c>.env</c> of <paramref name="folder"/>, if there is one.</summary>
    public static IReadOnlyDictionary<string, string> Read(string folder)
    {
        var path = Path.Combine(folder, ".env");
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (File.Exists(path))
            foreach (var (name, value) in DotEnv.Parse(File.ReadAllText(path), path))
                settings[name] = value;
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            settings[(string)variable.Key] = (string?)variable.Value ?? "";
        return settings;
    }

    /// <summary>Anteroom's configuration keys for <paramref name="settings"/>.</summary>
    /// <exception cref="CannotStartException">A setting's value is not of its kind; the message names it.</exception>
    public static IReadOnlyDictionary<string, string?> ToConfiguration(IReadOnlyDictionary<string, string> settings)
    {
        var keys = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, key) in Texts)
            if (Get(name) is { } text)
                keys[key] = text;
        if (Get("EMAIL_PORT") is { } mailPort && !int.TryParse(mailPort, CultureInfo.InvariantCulture, out _))
            throw new CannotStartException($"EMAIL_PORT is {mailPort}; it has to be a port number, such as 587.");
        foreach (var (name, key) in Switches)
            if (Get(name) is { } text)
                keys[key] = Switch(name, text) ? "true" : "false";
        if (Get("ALLOWED_HOSTS") is { } hosts)
            keys["AllowedHosts"] = string.Join(
                ';',
                hosts.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            );
        // The framework's switch believes everybody, so that a client could choose the address that limits count it by.
        if (string.Equals(Get("ASPNETCORE_FORWARDEDHEADERS_ENABLED"), "true", StringComparison.OrdinalIgnoreCase))
            throw new CannotStartException(
                "ASPNETCORE_FORWARDEDHEADERS_ENABLED would trust X-Forwarded-For from anyone. Unset it and name your proxies in TRUSTED_PROXIES, such as 10.0.0.7 or 10.0.0.0/24."
            );
        if (Get("POSTGRES_HOST") is { } host)
            keys["ConnectionStrings:Anteroom"] = Postgres(host);
        foreach (var (name, text) in settings)
            if (name.Contains("__", StringComparison.Ordinal))
                keys[name.Replace("__", ":", StringComparison.Ordinal)] = text;
        return keys;

        string? Get(string name) => settings.TryGetValue(name, out var text) && text.Length > 0 ? text : null;

        string Postgres(string server) =>
            new NpgsqlConnectionStringBuilder
            {
                Host = server,
                Port =
                    int.TryParse(Get("POSTGRES_PORT") ?? "5432", CultureInfo.InvariantCulture, out var port)
                    && port is > 0 and <= 65535
                        ? port
                        : throw new CannotStartException(
                            $"POSTGRES_PORT is {Get("POSTGRES_PORT")}; it has to be a port number, such as 5432."
                        ),
                Database = Get("POSTGRES_DB") ?? "anteroom",
                Username = Get("POSTGRES_USER") ?? "postgres",
                Password = Get("POSTGRES_PASSWORD"),
            }.ConnectionString;
    }

    /// <summary>The name that sets <paramref name="key"/>, as it was found in <paramref name="settings"/>.</summary>
    public static string NameOf(string key, IReadOnlyDictionary<string, string> settings)
    {
        var ours = key.Replace(":", "__", StringComparison.Ordinal);
        return settings.Keys.Contains(ours, StringComparer.OrdinalIgnoreCase)
            ? ours
            : Texts.FirstOrDefault(pair => pair.Value == key && settings.ContainsKey(pair.Key)).Key ?? ours;
    }

    /// <summary>The settings that other systems need and Anteroom does not: accepted, and named once in the log.</summary>
    public static IReadOnlyList<string> Ignored(IReadOnlyDictionary<string, string> settings) =>
        [
            .. settings
                .Keys.Where(name =>
                    name.StartsWith("REDIS_", StringComparison.Ordinal)
                    || name.StartsWith("CELERY_", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal),
        ];

    private static bool Switch(string name, string text) =>
        text.Trim().ToUpperInvariant() switch
        {
            "TRUE" or "1" or "YES" or "ON" => true,
            "FALSE" or "0" or "NO" or "OFF" => false,
            _ => throw new CannotStartException($"{name} is {text}; it has to be True or False."),
        };
}
