using Anteroom.Accounts;
using Anteroom.Firm;
using Anteroom.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Anteroom.Web.Account;

/// <summary>What was typed into the set-up form, and the token of its link.</summary>
public sealed record SetUpForm
{
    /// <summary>Of the link; it works once.</summary>
    [FromForm]
    public string? Token { get; init; }

    /// <summary>To sign in with.</summary>
    [FromForm]
    public string? Username { get; init; }

    /// <summary>Of the administrator.</summary>
    [FromForm]
    public string? Email { get; init; }

    /// <summary>As colleagues and prospects will see it.</summary>
    [FromForm(Name = "full_name")]
    public string? FullName { get; init; }

    /// <summary>Not shown again.</summary>
    [FromForm]
    public string? Password { get; init; }

    /// <summary>Where the firm is: <c>America/New_York</c>.</summary>
    [FromForm(Name = "time_zone")]
    public string? TimeZone { get; init; }
}

/// <summary>The pages on the way in and out: signing in, signing out, and setting up the firm.</summary>
internal static class AccountPages
{
    /// <summary>Maps <c>/signin</c>, <c>/signout</c> and <c>/setup</c>.</summary>
    public static void MapAccountPages(this IEndpointRouteBuilder pages)
    {
        pages.MapGet("/signin", ShowSignIn).AllowAnonymous().InEveryLanguage();
        pages.MapPost("/signin", SignInAsync).AllowAnonymous().InEveryLanguage().LimitSignIns();
        pages.MapPost("/signout", SignOutAsync).RequireAuthorization().LimitSignOuts().WithoutSecondFactor();
        pages.MapGet("/setup", ShowSetUpAsync).AllowAnonymous().InEveryLanguage();
        pages.MapPost("/setup", SetUpAsync).AllowAnonymous().InEveryLanguage().LimitSignIns();
    }

    private static IResult ShowSignIn(string? returnUrl, HttpContext context) =>
        CurrentUser.From(context.User) is null
            ? Pages.Page<SignInPage>(new { ReturnUrl = Local(returnUrl) })
            : Pages.SeeOther(Local(returnUrl));

    private static async Task<IResult> SignInAsync(
        [FromForm] string? username,
        [FromForm] string? password,
        [FromForm] string? returnUrl,
        LogIn logIn,
        UserSessions sessions,
        RateLimits limits,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        returnUrl = Local(returnUrl);
        // Who has been signed in here before goes on while strangers try.
        if (KnownDevices.Of(context, username) is null && await limits.MayTryAsync(context, username) is { } throttled)
        {
            throttled.Mark(context.Response);
            return Again(T.Say(throttled.Count));
        }

        switch (await logIn.RunAsync(username, password, code: null, cancellation, leadsToSetUp: true))
        {
            case LogInResult.LoggedIn loggedIn:
                await sessions.OpenAsync(context, loggedIn.User, cancellation);
                return Pages.SeeOther(returnUrl);
            case LogInResult.CodeNeeded needed:
                await sessions.AskForCodeAsync(context, needed.User);
                return Pages.SeeOther($"/signin/code?returnUrl={Uri.EscapeDataString(returnUrl)}");
        }

        return Again(wait: null);

        // With what was typed, but for the password.
        RazorComponentResult<SignInPage> Again(string? wait) =>
            Pages.Page<SignInPage>(
                new
                {
                    ReturnUrl = returnUrl,
                    Username = username,
                    Refused = true,
                    Wait = wait,
                },
                wait is null ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status429TooManyRequests
            );
    }

    private static async Task<IResult> SignOutAsync(
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        await sessions.CloseAsync(context, cancellation);
        return Pages.SeeOther("/signin");
    }

    private static async Task<IResult> ShowSetUpAsync(string? token, SetUpFirm setUp, CancellationToken cancellation) =>
        await setUp.IsOpenAsync(token, cancellation)
            ? Pages.Page<SetUpPage>(new { Form = new SetUpForm { Token = token } })
            : LinkSpent();

    private static async Task<IResult> SetUpAsync(
        [AsParameters] SetUpForm form,
        SetUpFirm setUp,
        ChangeSettings settings,
        UserSessions sessions,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var who = new NewAdministrator(form.Username, form.Email, form.FullName, form.Password);
        switch (await setUp.RunAsync(form.Token, who, cancellation))
        {
            case SetUpResult.Created created:
                await SetZoneAsync(form.TimeZone, created.User, settings, cancellation);
                await sessions.OpenAsync(context, created.User, cancellation);
                return Pages.SeeOther("/leads");
            case SetUpResult.Invalid invalid:
                return Pages.Page<SetUpPage>(
                    new { Form = form, invalid.Errors },
                    StatusCodes.Status422UnprocessableEntity
                );
            default:
                return LinkSpent();
        }
    }

    /// <summary>What is no zone, or set in the environment, is left as it is: the settings page says so.</summary>
    private static async Task SetZoneAsync(
        string? zone,
        User administrator,
        ChangeSettings settings,
        CancellationToken cancellation
    )
    {
        const string Key = "Firm:TimeZone";
        if (!string.IsNullOrEmpty(zone) && Zones.All.Contains(zone, StringComparer.Ordinal) && !settings.IsFixed(Key))
            await settings.SetAsync(
                SettingSection.Firm,
                Key,
                zone,
                CurrentUser.Of(administrator),
                $"set the time zone to {zone}",
                cancellation
            );
    }

    private static IResult LinkSpent() =>
        ErrorPages.For(
            StatusCodes.Status410Gone,
            "This set-up link does not work",
            "It has been used or is incomplete. When there is no administrator yet, Anteroom prints a fresh link each time it starts. Otherwise, sign in."
        );

    /// <summary>The path to go to after signing in; <c>/leads</c> unless <paramref name="returnUrl"/> is a path of our own.</summary>
    internal static string Local(string? returnUrl) =>
        returnUrl is ['/', ..]
        && returnUrl is not ['/', '/' or '\\', ..]
        && !returnUrl.AsSpan().ContainsAnyInRange('\0', '\u001f')
        && !returnUrl.StartsWith("/signin", StringComparison.OrdinalIgnoreCase)
            ? returnUrl
            : "/leads";
}
