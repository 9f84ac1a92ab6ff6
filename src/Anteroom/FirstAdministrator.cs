using Anteroom.Accounts;
using Anteroom.Host;

namespace Anteroom;

/// <summary>How the first administrator comes to be: from the environment or by a link; at the terminal it is <see cref="UserCommands"/>.</summary>
internal static class FirstAdministrator
{
    /// <summary>
    /// Makes the administrator of <c>ANTEROOM_ADMIN_USERNAME</c>, <c>_EMAIL</c> and <c>_PASSWORD</c> when there is none; without
    /// them returns the token of a fresh set-up link. Null when there is an administrator.
    /// </summary>
    public static async Task<string?> EnsureAsync(IServiceProvider services, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var setUp = scope.ServiceProvider.GetRequiredService<SetUpFirm>();
        if (!await setUp.IsNeededAsync(cancellation))
            return null;

        var token = await setUp.MakeLinkAsync(cancellation);
        var settings = EnvironmentSettings.Read(Directory.GetCurrentDirectory());
        if (!settings.TryGetValue("ANTEROOM_ADMIN_USERNAME", out var userName) || userName.Length == 0)
            return token;

        var result = await setUp.RunAsync(
            token,
            new NewAdministrator(
                userName,
                settings.GetValueOrDefault("ANTEROOM_ADMIN_EMAIL"),
                settings.GetValueOrDefault("ANTEROOM_ADMIN_NAME"),
                settings.GetValueOrDefault("ANTEROOM_ADMIN_PASSWORD")
            ),
            cancellation
        );
        // LinkSpent: another node was faster, which is as good.
        return result is SetUpResult.Invalid invalid
            ? throw new CannotStartException(
                $"The administrator of ANTEROOM_ADMIN_… cannot be made. {Explain(invalid.Errors)}"
            )
            : null;
    }

    /// <summary>The errors as lines for a terminal.</summary>
    public static string Explain(FieldErrors errors) =>
        string.Join(
            ' ',
            errors.ByField.SelectMany(field => field.Value.Select(sentence => $"{field.Key}: {sentence}"))
        );
}
