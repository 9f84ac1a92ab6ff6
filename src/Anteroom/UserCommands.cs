using Anteroom.Accounts;
using Anteroom.Host;

namespace Anteroom;

/// <summary>The commands of <c>./run</c> that create users. They ask for what is missing when somebody sits at the terminal.</summary>
internal static class UserCommands
{
    /// <summary>Creates an administrator; what is not typed may come from <c>ANTEROOM_ADMIN_…</c>.</summary>
    public static Task<int> CreateAdminAsync(CommandLine line) =>
        CreateAsync(line, "ANTEROOM_ADMIN", Role.Administrator);

    /// <summary>Creates a user of any role; what is not typed may come from <c>ANTEROOM_USER_…</c>.</summary>
    public static Task<int> CreateUserAsync(CommandLine line) =>
        CreateAsync(line, "ANTEROOM_USER", WireName.Parse<Role>(line.UserRole));

    private static async Task<int> CreateAsync(CommandLine line, string variables, Role role)
    {
        using var stop = new Commands.StopSignals();
        await using var installation = await Installation.OpenAsync(line, overrides: null, stop.Token);
        await using var app = App.Build(installation);
        await Commands.MigrateAsync(app.Services, stop.Token);
        await using var scope = app.Services.CreateAsyncScope();
        var result = await scope
            .ServiceProvider.GetRequiredService<CreateUser>()
            .RunAsync(Ask(line, variables, role), stop.Token);
        if (result is CreateUserResult.Invalid invalid)
            throw new CannotStartException(FirstAdministrator.Explain(invalid.Errors));

        Console.WriteLine($"{((CreateUserResult.Created)result).User.UserName} can now sign in.");
        return 0;
    }

    private static NewUser Ask(CommandLine line, string variables, Role role)
    {
        var userName = line.UserName ?? Variable("USERNAME") ?? Question("Username: ");
        var email = line.Email ?? Variable("EMAIL") ?? Question("Email: ");
        var password = line.PasswordFromInput ? Console.ReadLine() : Variable("PASSWORD") ?? Secret("Password: ");
        return new NewUser(userName, email, line.FullName ?? Variable("NAME"), password, role);

        string? Variable(string name) => Environment.GetEnvironmentVariable($"{variables}_{name}");
    }

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
