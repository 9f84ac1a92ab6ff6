using Anteroom.Accounts;
using Anteroom.Host;

namespace Anteroom;

/// <summary>How the first administrator comes to be: from the environment, by a link, or at the terminal.</summary>
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

    /// <summary>What <c>./run create-admin</c> was given; asks for what is missing when somebody sits at the terminal.</summary>
    public static NewUser Ask(CommandLine line)
    {
        var userName =
            line.UserName ?? Environment.GetEnvironmentVariable("ANTEROOM_ADMIN_USERNAME") ?? Question("Username: ");
        var email = line.Email ?? Environment.GetEnvironmentVariable("ANTEROOM_ADMIN_EMAIL") ?? Question("Email: ");
        var name = line.FullName ?? Environment.GetEnvironmentVariable("ANTEROOM_ADMIN_NAME");
        var password = Environment.GetEnvironmentVariable("ANTEROOM_ADMIN_PASSWORD") ?? Secret("Password: ");
        return new NewUser(userName, email, name, password, Role.Administrator);
    }

    /// <summary>The errors as lines for a terminal.</summary>
    public static string Explain(FieldErrors errors) =>
        string.Join(
            ' ',
            errors.ByField.SelectMany(field => field.Value.Select(sentence => $"{field.Key}: {sentence}"))
        );

    private static string? Question(string text)
    {
        if (!Console.IsInputRedirected)
            Console.Write(text);
        return Console.ReadLine();
    }

    private static string? Secret(string text)
    {
        if (Console.IsInputRedirected)
            return Console.ReadLine();

        Console.Write(text);
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
            if (key.Key == ConsoleKey.Backspace)
                typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar))
                typed.Append(key.KeyChar);
        Console.WriteLine();
        return typed.ToString();
    }
}
