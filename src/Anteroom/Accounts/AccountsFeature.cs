using System.Security.Claims;
using Anteroom.Firm;
using Anteroom.Live;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>Users, passwords, cookies and the rule of who may do what.</summary>
internal static class AccountsFeature
{
    /// <summary>Adds sign-in by cookie and the policies of <see cref="Rights"/>; what names no policy is for signed-in users.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services
            .AddIdentityCore<User>(options =>
            {
                // Length beats composition (NIST SP 800-63B 5.1.1.2).
                options.Password.RequiredLength = 10;
                options.Password.RequiredUniqueChars = 1;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.User.RequireUniqueEmail = true;
                // "Confirmed" is "active" with us (ActiveUsersOnly): no way of signing in takes anybody else.
                options.SignIn.RequireConfirmedAccount = true;
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
            })
            .AddUserStore<UsersInDatabase>()
            .AddErrorDescriber<IdentityWords>()
            .AddPasswordValidator<PasswordStrength>()
            .AddSignInManager()
            .AddClaimsPrincipalFactory<UserClaims>()
            .AddDefaultTokenProviders();
        services
            .AddAuthentication(Schemes.ByAddress)
            .AddPolicyScheme(
                Schemes.ByAddress,
                displayName: null,
                options => options.ForwardDefaultSelector = context => Schemes.For(context.Request.Path)
            )
            .AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(Schemes.Token, null)
            .AddJwtBearer(Schemes.Bearer)
            .AddCookie(
                IdentityConstants.ApplicationScheme,
                cookie =>
                {
                    cookie.LoginPath = "/signin";
                    cookie.LogoutPath = "/signout";
                    cookie.AccessDeniedPath = "/forbidden";
                    cookie.ReturnUrlParameter = "returnUrl";
                    cookie.Cookie.Name = "anteroom";
                    cookie.Cookie.HttpOnly = true;
                    cookie.Cookie.SameSite = SameSiteMode.Lax;
                    cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                    cookie.ExpireTimeSpan = UserSessions.Idle;
                    cookie.SlidingExpiration = true;
                    cookie.Events.OnValidatePrincipal = SessionCheck.RunAsync;
                    cookie.Events.OnCheckSlidingExpiration = context =>
                    {
                        // A page that only keeps itself fresh is nobody at work.
                        context.ShouldRenew &= !LiveRequests.AreFrom(context.HttpContext);
                        return Task.CompletedTask;
                    };
                }
            )
            .AddCookie(
                IdentityConstants.TwoFactorUserIdScheme,
                cookie =>
                {
                    // Between the password and the code.
                    cookie.Cookie.Name = "anteroom.second";
                    cookie.Cookie.HttpOnly = true;
                    cookie.Cookie.SameSite = SameSiteMode.Lax;
                    cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                    cookie.ExpireTimeSpan = TimeSpan.FromMinutes(5);
                }
            );
        // OWASP's figure for PBKDF2 with HMAC-SHA-512; older hashes are made anew at the next sign-in.
        services.Configure<PasswordHasherOptions>(options => options.IterationCount = 210_000);
        services
            .AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(Rights.WorkLeads, policy => policy.RequireRole(Rights.Of(Rights.WorkLeads)))
            .AddPolicy(Rights.KeepSnippets, policy => policy.RequireRole(Rights.Of(Rights.KeepSnippets)))
            .AddPolicy(Rights.Administer, policy => policy.RequireRole(Rights.Of(Rights.Administer)));
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedAccess>();
        services.AddSingleton<ApiTokens>();
        services.AddSingleton<GovernTokens>();
        services.AddOptions<JwtOptions>().BindConfiguration("Accounts").ValidateOnStart();
        services.AddSingleton<IValidateOptions<JwtOptions>, JwtOptionsCheck>();
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, BearerSignIn>();
        services.AddSingleton<RefreshTokens>();
        services.AddScoped<UserSessions>();
        services.AddScoped<RotateKeys>();
        services.AddScoped<SetUpFirm>();
        services.AddScoped<CreateUser>();
        services.AddScoped<SetAvailability>();
        services.AddScoped<UsersInDatabase>();
        services.AddScoped<Attempts>();
        services.AddScoped<CheckCode>();
        services.AddScoped<LogIn>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<IUserConfirmation<User>, ActiveUsersOnly>();
        services.AddScoped<UserLinks>();
        services.AddScoped<UserEmails>();
        services.AddScoped<ConfirmAddress>();
        services.AddScoped<InviteUser>();
        services.AddScoped<DeactivateUser>();
        services.AddScoped<ReactivateUser>();
        services.AddScoped<ChangeRole>();
        services.AddScoped<SendPasswordLink>();
        services.AddScoped<SetPassword>();
        services.AddScoped<ConfirmPassword>();
        services.AddScoped<ConfirmPresence>();
        services.AddScoped<SignOutEverywhere>();
        services.AddScoped<UpdateProfile>();
        services.AddSingleton<ChooseLanguage>();
        services.AddScoped<TwoFactor>();
        services.AddScoped<Passkeys>();
        services.AddSingleton<ILookupNormalizer, AccountNames>();
        services
            .AddOptions<IdentityPasskeyOptions>()
            .Configure<IOptions<FirmOptions>>(
                (options, firm) =>
                {
                    // Of the firm, not of what a request says that it is called.
                    if (Uri.TryCreate(firm.Value.PublicUrl, UriKind.Absolute, out var site))
                        options.ServerDomain = site.IdnHost;
                }
            );
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            // It takes the place of password and code, so the device has to make sure who holds it, and it has to be found
            // without a username.
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
        });
        return services;
    }

    private sealed class ActiveUsersOnly : IUserConfirmation<User>
    {
        public Task<bool> IsConfirmedAsync(UserManager<User> manager, User user) => Task.FromResult(user.Active);
    }

    private sealed class AccountNames : ILookupNormalizer
    {
        public string? NormalizeName(string? name) => name is null ? null : AccountName.Fold(name);

        public string? NormalizeEmail(string? email) => NormalizeName(email);
    }

    /// <summary>Puts name and role into the cookie, so that a request needs no query to know who it is from.</summary>
    private sealed class UserClaims(UserManager<User> users, IOptions<IdentityOptions> options)
        : UserClaimsPrincipalFactory<User>(users, options)
    {
        protected override async Task<ClaimsIdentity> GenerateClaimsAsync(User user)
        {
            var identity = await base.GenerateClaimsAsync(user);
            identity.AddClaim(new Claim(identity.RoleClaimType, user.Role.ToString()));
            identity.AddClaim(new Claim(CurrentUser.FullNameClaim, user.FullName));
            identity.AddClaims(CurrentUser.ClaimsOf(user.Language, user.TimeZone));
            return identity;
        }
    }
}
