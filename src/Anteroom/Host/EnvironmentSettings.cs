using System.Globalization;
using System.Text.RegularExpressions;
using Anteroom.Http;
using Npgsql;

namespace Anteroom.Host;

/// <summary>
/// The settings of a <c>.env</c> file and the environment under the names that Django and FastAPI deployments use
/// (<c>POSTGRES_HOST</c>, <c>EMAIL_HOST</c> …), translated to Anteroom's own configuration keys. Where both are set, ours win.
/// </summary>
public static partial class EnvironmentSettings
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
        ["AWS_STORAGE_BUCKET_NAME"] = "Bucket:Name",
        ["AWS_S3_ENDPOINT_URL"] = "Bucket:Endpoint",
        ["AWS_S3_REGION_NAME"] = "Bucket:Region",
        ["AWS_ACCESS_KEY_ID"] = "Bucket:AccessKey",
        ["AWS_SECRET_ACCESS_KEY"] = "Bucket:SecretKey",
        ["SENTRY_DSN"] = "Sentry:Dsn",
    };

    private static readonly Dictionary<string, string> Switches = new(StringComparer.Ordinal)
    {
        ["EMAIL_USE_TLS"] = "Mail:UseTls",
        ["EMAIL_USE_SSL"] = "Mail:UseSsl",
        ["EMAIL_SSL_CERTVERIFY"] = "Mail:VerifyCertificate",
    };

    /// <summary>
    /// The environment over the files of <paramref name="folder"/> that are there, the later over the earlier: <c>.env</c>, then those of
    /// the environment that <c>ENVIRONMENT</c> names: <c>.env.dev</c>, <c>configs/.env.dev</c>, <c>configs/overrides/.env.dev</c>.
    /// </summary>
    /// <exception cref="CannotStartException">A file cannot be read, or ENVIRONMENT is no name.</exception>
    public static IReadOnlyDictionary<string, string> Read(string folder)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var variables = Environment.GetEnvironmentVariables();
        Add(".env");
        if ((variables["ENVIRONMENT"] as string ?? settings.GetValueOrDefault("ENVIRONMENT")) is { Length: > 0 } which)
        {
            if (!which.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
                throw new CannotStartException(
                    $"ENVIRONMENT is {which}; it has to be one word, such as dev: it names the file .env.dev."
                );
            foreach (var file in (string[])[".env", "configs/.env", "configs/overrides/.env"])
                Add($"{file}.{which}");
        }

        foreach (System.Collections.DictionaryEntry variable in variables)
            settings[(string)variable.Key] = (string?)variable.Value ?? "";
        return settings;

        void Add(string file)
        {
            var path = Path.Combine(folder, file);
            if (!File.Exists(path))
                return;
            foreach (var (name, value) in DotEnv.Parse(File.ReadAllText(path), path))
                settings[name] = value;
        }
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
        if (Get("DATABASE_URL") is { } url)
            keys[Database] = DatabaseUrl.ToConnectionString(url);
        else if (Get("POSTGRES_HOST") is { } host)
            keys[Database] = Postgres(host);
        foreach (var (name, text) in settings)
            if (name.StartsWith("OTEL_", StringComparison.Ordinal))
                keys[name] = text; // OpenTelemetry's own names, which its packages read
            else if (name.Contains("__", StringComparison.Ordinal))
                keys[name.Replace("__", ":", StringComparison.Ordinal)] = text;
        // Whoever names a bucket as Django's settings do means it to be used.
        if (Get("AWS_STORAGE_BUCKET_NAME") is not null)
            keys.TryAdd("Resumes:Store", "s3");
        // Port 587 is submission, which begins with STARTTLS (RFC 6409): so unless somebody has said otherwise.
        if (
            keys.GetValueOrDefault("Mail:Port") == "587"
            && !keys.ContainsKey("Mail:UseTls")
            && !keys.ContainsKey("Mail:UseSsl")
            && !keys.ContainsKey("Mail:Encryption")
        )
            keys["Mail:UseTls"] = "true";
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
        var ours = Ours(key);
        return IsSet(ours, settings)
            ? ours
            : Others
                .FirstOrDefault(pair => pair.Value == key && settings.GetValueOrDefault(pair.Key) is { Length: > 0 })
                .Key
                ?? ours;
    }

    private const string Database = "ConnectionStrings:Anteroom";

    // The first of two that are set is the one that is read.
    private static IEnumerable<KeyValuePair<string, string>> Others =>
        [.. Texts, .. Switches, new("DATABASE_URL", Database), new("POSTGRES_HOST", Database)];

    private static string Ours(string key) => key.Replace(":", "__", StringComparison.Ordinal);

    private static bool IsSet(string name, IReadOnlyDictionary<string, string> settings) =>
        settings.Keys.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A message about settings with the names that were used for them: <c>EMAIL_HOST_PASSWORD</c> instead of <c>Mail:Password</c>. A key
    /// that nobody has set stays as it is, or gets the other name when that is how the section was written.
    /// </summary>
    public static string InTheirWords(string message, IReadOnlyDictionary<string, string> settings)
    {
        return Keys.Replace(message, found => Theirs(found.Value) ?? found.Value);

        string? Theirs(string key)
        {
            if (IsSet(Ours(key), settings))
                return null;
            var other = Others.FirstOrDefault(pair => pair.Value == key).Key;
            return other is not null && settings.Keys.Any(name => Texts.ContainsKey(name) && IsBeside(name, other))
                ? other
                : null;
        }

        // EMAIL_HOST and EMAIL_PORT.
        static bool IsBeside(string name, string other) =>
            name.AsSpan(0, name.IndexOf('_')).SequenceEqual(other.AsSpan(0, other.IndexOf('_')));
    }

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+:[A-Z][A-Za-z]+\b", RegexOptions.None, 1_000)]
    private static partial Regex Keys { get; }

    /// <summary>Names that nothing reads and that are one or two letters away from one that is read, with that one.</summary>
    public static IReadOnlyList<(string Name, string Meant)> Slips(IReadOnlyDictionary<string, string> settings) =>
        [
            .. settings
                .Keys.Where(name => !Known.Contains(name) && name.Contains('_', StringComparison.Ordinal))
                .Select(name => (name, Meant: Known.MinBy(known => EditDistance.Of(name, known))!))
                .Where(slip => EditDistance.Of(slip.name, slip.Meant) <= 2)
                .OrderBy(slip => slip.name, StringComparer.Ordinal),
        ];

    private static HashSet<string> Known { get; } =
    [
        .. Texts.Keys,
        .. Switches.Keys,
        "ALLOWED_HOSTS",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_SERVICE_NAME",
        "DATABASE_URL",
        "POSTGRES_HOST",
        "POSTGRES_PORT",
        "POSTGRES_DB",
        "POSTGRES_USER",
        "POSTGRES_PASSWORD",
        "ANTEROOM_DATA",
        "ANTEROOM_ADMIN_USERNAME",
        "ANTEROOM_ADMIN_EMAIL",
        "ANTEROOM_ADMIN_PASSWORD",
        "ANTEROOM_ADMIN_NAME",
    ];

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
