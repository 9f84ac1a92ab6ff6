namespace Anteroom.Web;

/// <summary>What was just done, to be said once on the page that follows a POST.</summary>
public enum FlashMessage
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Somebody was invited.</summary>
    Invited,

    /// <summary>A role was changed.</summary>
    RoleChanged,

    /// <summary>A user was deactivated.</summary>
    Deactivated,

    /// <summary>A user was reactivated.</summary>
    Reactivated,

    /// <summary>A link to set a password was sent.</summary>
    LinkSent,

    /// <summary>Somebody's second factor was turned off for them.</summary>
    TwoFactorReset,

    /// <summary>The profile was saved.</summary>
    ProfileSaved,

    /// <summary>The workspace looks otherwise.</summary>
    AppearanceChanged,

    /// <summary>The password was changed.</summary>
    PasswordChanged,

    /// <summary>The second factor is on.</summary>
    TwoFactorOn,

    /// <summary>The second factor is off.</summary>
    TwoFactorOff,

    /// <summary>A passkey was added.</summary>
    PasskeyAdded,

    /// <summary>A passkey was renamed.</summary>
    PasskeyRenamed,

    /// <summary>A passkey was removed.</summary>
    PasskeyRemoved,

    /// <summary>What had failed is tried again.</summary>
    TriedAgain,

    /// <summary>What had failed was taken off.</summary>
    Discarded,

    /// <summary>Somebody else had settled it.</summary>
    NothingToSettle,

    /// <summary>A job got another schedule.</summary>
    ScheduleChanged,

    /// <summary>A job was asked to run now.</summary>
    RunAskedFor,

    /// <summary>A job was paused.</summary>
    JobPaused,

    /// <summary>A job goes on.</summary>
    JobResumed,

    /// <summary>A template was saved.</summary>
    TemplateSaved,

    /// <summary>A template is the original again.</summary>
    TemplateReset,

    /// <summary>A test email was queued.</summary>
    TemplateTestSent,

    /// <summary>A bulk mailing was confirmed.</summary>
    BulkConfirmed,

    /// <summary>A bulk mailing was stopped.</summary>
    BulkCancelled,

    /// <summary>A task was ticked off.</summary>
    TaskDone,

    /// <summary>A task is open again.</summary>
    TaskReopened,

    /// <summary>A text to write with was saved.</summary>
    SnippetSaved,

    /// <summary>A text to write with was removed.</summary>
    SnippetRemoved,

    /// <summary>A draft of a bulk mailing was thrown away.</summary>
    BulkDiscarded,

    /// <summary>Settings were saved.</summary>
    SettingsSaved,

    /// <summary>The logo was replaced.</summary>
    LogoSaved,

    /// <summary>The logo was taken off.</summary>
    LogoRemoved,

    /// <summary>A token was revoked.</summary>
    TokenRevoked,

    /// <summary>All tokens of a user were revoked.</summary>
    TokensRevoked,

    /// <summary>Sample data was made.</summary>
    SamplesMade,

    /// <summary>There was sample data already.</summary>
    SamplesThere,

    /// <summary>Sample data was removed.</summary>
    SamplesRemoved,
}

/// <summary>Carries a <see cref="FlashMessage"/> to the next page in a cookie that holds its name, never text.</summary>
public static class FlashMessages
{
    private const string Cookie = "anteroom.notice";

    /// <summary>Leaves a notice for the next page.</summary>
    public static void Leave(this HttpContext context, FlashMessage notice) =>
        context.Response.Cookies.Append(Cookie, notice.ToWire(), Options(context));

    /// <summary>The notice that was left, and forgets it.</summary>
    public static FlashMessage TakeFlash(this HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { } left)
            return FlashMessage.None;

        context.Response.Cookies.Delete(Cookie, Options(context));
        return WireName.TryParse(left, out FlashMessage notice) ? notice : FlashMessage.None;
    }

    /// <summary>The sentence that people read; null when there is nothing to say.</summary>
    public static string? Words(this FlashMessage notice) =>
        notice switch
        {
            FlashMessage.Invited => "Invited. The email with the link to set a password is on its way.",
            FlashMessage.RoleChanged => "The role is changed. It counts from now on, without a new sign-in.",
            FlashMessage.Deactivated => "Deactivated and signed out everywhere.",
            FlashMessage.Reactivated => "Reactivated. The password is the one from before.",
            FlashMessage.LinkSent => "The email with the link to set a password is on its way.",
            FlashMessage.TwoFactorReset => "Two-factor sign-in is off for this user.",
            FlashMessage.ProfileSaved => "Your profile is saved.",
            FlashMessage.AppearanceChanged => "This browser shows the workspace so from now on.",
            FlashMessage.PasswordChanged => "Your password is changed. Everywhere else you have been signed out.",
            FlashMessage.TwoFactorOn => "Two-factor sign-in is on.",
            FlashMessage.TwoFactorOff => "Two-factor sign-in is off.",
            FlashMessage.PasskeyAdded => "The passkey is added. Next time you can sign in with it.",
            FlashMessage.PasskeyRenamed => "The passkey is renamed.",
            FlashMessage.PasskeyRemoved => "Passkey removed. It can no longer sign in here.",
            FlashMessage.TriedAgain => "It is tried again now.",
            FlashMessage.Discarded => "Discarded. It will not be done.",
            FlashMessage.NothingToSettle => "There was nothing left: it has been settled already.",
            FlashMessage.ScheduleChanged => "The new schedule holds from now on, on every node.",
            FlashMessage.RunAskedFor =>
                "Asked for. A node that does background work takes it within seconds; reload to see the result.",
            FlashMessage.JobPaused => "Paused. The job is not run by its schedule until you resume it.",
            FlashMessage.JobResumed => "Resumed. The job runs by its schedule again.",
            FlashMessage.TemplateSaved => "The template is saved and counts from the next email on.",
            FlashMessage.TemplateReset => "The original text is back and counts from the next email on.",
            FlashMessage.TemplateTestSent => "The test is on its way to your own address.",
            FlashMessage.BulkConfirmed => "Confirmed. The emails go out one after the other; you may close this page.",
            FlashMessage.BulkCancelled => "Stopped. What had not been handed to the outbox never goes.",
            FlashMessage.BulkDiscarded => "The draft is thrown away.",
            FlashMessage.TaskDone => "Task done.",
            FlashMessage.TaskReopened => "Task reopened.",
            FlashMessage.SnippetSaved => "The text is saved and can be chosen on every lead.",
            FlashMessage.SnippetRemoved => "The text is removed. Emails that were written with it stay as they are.",
            FlashMessage.SettingsSaved => "Saved. It holds on every node from now on.",
            FlashMessage.LogoSaved => "The new logo is in use.",
            FlashMessage.LogoRemoved => "The logo is removed.",
            FlashMessage.TokenRevoked => "Token revoked. It no longer works.",
            FlashMessage.TokensRevoked => "Everything that opened the APIs for this user is revoked.",
            FlashMessage.SamplesMade => "The sample data is there. Look around in the leads.",
            FlashMessage.SamplesThere => "There is sample data already; nothing was added.",
            FlashMessage.SamplesRemoved => "The sample data is removed.",
            _ => null,
        };

    private static CookieOptions Options(HttpContext context) =>
        new()
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromMinutes(1),
            Path = "/",
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        };
}
