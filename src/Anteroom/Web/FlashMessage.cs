using System.Globalization;
using System.Runtime.CompilerServices;
using Anteroom.Live;

namespace Anteroom.Web;

/// <summary>
/// What was just done, said once on the page that follows a POST. A cookie carries its name from the list below, never text, so that
/// nobody can put words on our pages.
/// </summary>
public sealed record FlashMessage
{
    private static readonly Dictionary<string, FlashMessage> All = new(StringComparer.Ordinal);

    private FlashMessage(string name, string words) => (Name, Words) = (name, words);

    /// <summary>Its name in the list.</summary>
    public string Name { get; }

    /// <summary>The sentence that people read; a page that knows more may say more.</summary>
    public string Words { get; }

    /// <summary>Nothing had to be done.</summary>
    public bool ChangedNothing { get; private init; }

    /// <summary>The change of leads that it is about; null when there is none to undo or to summarize.</summary>
    public Guid? Undo { get; init; }

    /// <summary>How many leads it is about; null when it counts none.</summary>
    public int? Count { get; init; }

    /// <summary>Whether it comes with a button that undoes the change.</summary>
    public bool OffersUndo =>
        Undo is not null
        && Name is not (nameof(Undone) or nameof(LetterCalledBack) or nameof(LetterWasSent) or nameof(NotUndone));

    // Users and their accounts
    internal static FlashMessage Invited { get; } =
        Says("Invited. The email with the link to set a password is on its way.");
    internal static FlashMessage RoleChanged { get; } =
        Says("The role is changed. It counts from now on, without a new sign-in.");
    internal static FlashMessage Deactivated { get; } = Says("Deactivated and signed out everywhere.");
    internal static FlashMessage Reactivated { get; } = Says("Reactivated. The password is the one from before.");
    internal static FlashMessage AvailabilitySaved { get; } =
        Says("Saved. Leads that were waiting are assigned if there is room now.");
    internal static FlashMessage LinkSent { get; } = Says("The email with the link to set a password is on its way.");
    internal static FlashMessage TwoFactorReset { get; } = Says("Two-factor sign-in is off for this user.");
    internal static FlashMessage ProfileSaved { get; } = Says("Your profile is saved.");
    internal static FlashMessage AddressWaits { get; } =
        Says("Saved. Your new address counts once you open the link that we have sent there.");
    internal static FlashMessage NoticesChosen { get; } = Says("Saved. It counts for what happens from now on.");
    internal static FlashMessage AppearanceChanged { get; } = Says("Appearance saved for this browser.");
    internal static FlashMessage LanguageChosen { get; } = Says("Your language and time zone are saved.");
    internal static FlashMessage PasswordChanged { get; } =
        Says("Your password is changed. You have been signed out everywhere else.");
    internal static FlashMessage TwoFactorOn { get; } = Says("Two-factor sign-in is on.");
    internal static FlashMessage TwoFactorOff { get; } = Says("Two-factor sign-in is off.");
    internal static FlashMessage SessionEnded { get; } = Says("Signed out there.");
    internal static FlashMessage PasskeyAdded { get; } =
        Says("The passkey is added. Next time you can sign in with it.");
    internal static FlashMessage PasskeyRenamed { get; } = Says("The passkey is renamed.");
    internal static FlashMessage PasskeyRemoved { get; } = Says("Passkey removed. It can no longer sign in here.");
    internal static FlashMessage TokenRevoked { get; } = Says("Token revoked. It no longer works.");
    internal static FlashMessage TokensRevoked { get; } =
        Says("All of this user's tokens are revoked. Programs that used them have to sign in again.");

    // Administration
    internal static FlashMessage TriedAgain { get; } = Says("It is being tried again now.");
    internal static FlashMessage NodeForgotten { get; } =
        Says("Forgotten. If the node still lives, it comes back by itself.");
    internal static FlashMessage ActBegun { get; } = Says("It is being done in the background. Its progress is below.");
    internal static FlashMessage ActStopped { get; } = Says("Stopped. What was done so far stays so.");
    internal static FlashMessage QueuePaused { get; } =
        Says("Paused on every node. What was begun is finished; the rest waits until you resume it.");
    internal static FlashMessage QueueResumed { get; } = Says("Resumed. What was waiting is being done now.");
    internal static FlashMessage QueueLimited { get; } = Says("The limit counts from now on, for all nodes together.");
    internal static FlashMessage QueueUnlimited { get; } = Says("There is no limit any longer.");
    internal static FlashMessage Discarded { get; } = Says("Discarded. It will not be done.");
    internal static FlashMessage ReadingAllAgain { get; } =
        Says("The text of every resume is being read again, the newest first.");
    internal static FlashMessage ConvertingAllAgain { get; } =
        Says("The preview of every file is being made again, the newest first.");
    internal static FlashMessage NothingToSettle { get; } =
        Says("There was nothing left to do: somebody has settled it already.");
    internal static FlashMessage ScheduleChanged { get; } = Says("The new schedule is in force on every node.");
    internal static FlashMessage RunAskedFor { get; } =
        Says("Requested. The job starts within seconds; reload to see the result.");
    internal static FlashMessage JobPaused { get; } =
        Says("Paused. The job does not run on its schedule until you resume it.");
    internal static FlashMessage JobResumed { get; } = Says("Resumed. The job runs on its schedule again.");
    internal static FlashMessage TemplateSaved { get; } =
        Says("The template is saved and is used from the next email on.");
    internal static FlashMessage TemplateReset { get; } =
        Says("The original text is back and is used from the next email on.");
    internal static FlashMessage TemplateTestSent { get; } = Says("The test is on its way to your own address.");
    internal static FlashMessage HoursSaved { get; } =
        Says("Saved. It counts for leads that come in from now on; those that wait keep their time.");
    internal static FlashMessage SettingsSaved { get; } = Says("Saved. It applies on every node from now on.");
    internal static FlashMessage LogoSaved { get; } = Says("The new logo is in use.");
    internal static FlashMessage LogoRemoved { get; } = Says("The logo is removed.");
    internal static FlashMessage ImportDecided { get; } = Says("Your decisions are saved.");
    internal static FlashMessage ImportDiscarded { get; } = Says("The file is discarded. No lead was written.");
    internal static FlashMessage PresetRemoved { get; } = Says("The preset is removed.");
    internal static FlashMessage SamplesMade { get; } = Says("Sample data added. Look around in the leads.");
    internal static FlashMessage SamplesThere { get; } = Says("There is sample data already; nothing was added.");
    internal static FlashMessage SamplesRemoved { get; } = Says("The sample data is removed.");

    // Email to many, and texts to write with
    internal static FlashMessage BulkConfirmed { get; } =
        Says("Confirmed. The emails go out one after the other; you may close this page.");
    internal static FlashMessage BulkCancelled { get; } =
        Says("Stopped. Emails that were not in the outbox yet will not be sent.");
    internal static FlashMessage BulkDiscarded { get; } = Says("The draft is discarded.");
    internal static FlashMessage SnippetSaved { get; } = Says("The snippet is saved and can be chosen on every lead.");
    internal static FlashMessage SnippetRemoved { get; } =
        Says("The snippet is removed. Emails that were written with it stay as they are.");

    // Leads
    internal static FlashMessage LeadCreated { get; } = Says("Lead created.");
    internal static FlashMessage Moved { get; } = Says("Moved.");
    internal static FlashMessage AlreadyThere { get; } =
        Says("The lead had that status already. Nothing was changed.", changedNothing: true);
    internal static FlashMessage DeclinedByEmail { get; } =
        Says("Declined. The letter is on its way; a PDF of it is among the files.");
    internal static FlashMessage DeclinedOnPaper { get; } =
        Says("Declined. The letter is among the files, ready to print.");
    internal static FlashMessage Assigned { get; } = Says("Assigned.");
    internal static FlashMessage LeadsChanged { get; } = Says("Changed.");
    internal static FlashMessage Undone { get; } = Says("Undone. The lead is as it was before.");
    internal static FlashMessage LetterCalledBack { get; } =
        Says("Undone. The lead is as it was before, and the letter was called back before it was sent.");
    internal static FlashMessage LetterWasSent { get; } =
        Says("Undone. The lead is as it was before, but the letter has already been sent.");
    internal static FlashMessage NotUndone { get; } =
        Says("Nothing was undone: someone has changed this lead since.", changedNothing: true);
    internal static FlashMessage Restored { get; } = Says("Restored from the trash.");
    internal static FlashMessage Noted { get; } = Says("Note added.");
    internal static FlashMessage NotedAndMentioned { get; } =
        Says("Note added. Mentioned colleagues have been emailed.");
    internal static FlashMessage Written { get; } = Says("Email sent. Track its delivery in the timeline.");
    internal static FlashMessage SentAgain { get; } = Says("It will be sent again as a new email.");
    internal static FlashMessage Released { get; } = Says("Released. It can be opened now.");
    internal static FlashMessage FileAdded { get; } = Says("File added.");
    internal static FlashMessage FilesAdded { get; } = Says("Files added.");
    internal static FlashMessage FileSaved { get; } = Says("The file is saved.");
    internal static FlashMessage FileRemoved { get; } = Says("File removed.");
    internal static FlashMessage EncodingChosen { get; } = Says("The text was read again in the encoding you chose.");
    internal static FlashMessage ConvertingAgain { get; } = Says("The preview is being made again.");
    internal static FlashMessage ReadingAgain { get; } = Says("The text is being read again.");
    internal static FlashMessage TaskAdded { get; } = Says("Task added.");
    internal static FlashMessage TaskDone { get; } = Says("Task done.");
    internal static FlashMessage TaskRepeatsNoMore { get; } = Says("The task no longer repeats.");
    internal static FlashMessage TaskReopened { get; } = Says("Task reopened.");
    internal static FlashMessage Tagged { get; } = Says("Tag added.");
    internal static FlashMessage Untagged { get; } = Says("Tag removed.");
    internal static FlashMessage Edited { get; } = Says("Saved. The timeline shows what changed.");
    internal static FlashMessage NothingEdited { get; } =
        Says("Everything was already like that. Nothing was changed.", changedNothing: true);
    internal static FlashMessage HoldPlaced { get; } = Says("On legal hold. Nothing of this lead is erased.");
    internal static FlashMessage HoldReleased { get; } = Says("The legal hold is released.");
    internal static FlashMessage PersonErased { get; } = Says("Erased. This is the certificate.");
    internal static FlashMessage Merged { get; } = Says("Leads merged. Everything about the other is now here.");
    internal static FlashMessage MergedMeanwhile { get; } =
        Says("The lead you were looking at was merged into this one. Nothing else was changed.", changedNothing: true);

    internal string ToCookie() => string.Create(CultureInfo.InvariantCulture, $"{Name}.{Undo:N}.{Count}");

    internal static FlashMessage? FromCookie(string text) =>
        text.Split('.') is [var name, var undo, var count] && All.TryGetValue(name, out var message)
            ? message with
            {
                Undo = Guid.TryParseExact(undo, "N", out var id) ? id : null,
                Count = int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var many)
                    ? many
                    : null,
            }
            : null;

    private static FlashMessage Says(string words, bool changedNothing = false, [CallerMemberName] string name = "") =>
        All[name] = new FlashMessage(name, words) { ChangedNothing = changedNothing };
}

/// <summary>Leaves a <see cref="FlashMessage"/> for the next page, and takes it there.</summary>
internal static class FlashMessages
{
    private const string Cookie = "anteroom.flash";

    /// <summary>Leaves a message for the next page.</summary>
    public static void Leave(this HttpContext context, FlashMessage message) =>
        context.Response.Cookies.Append(Cookie, message.ToCookie(), Options(context));

    /// <summary>The message that was left, once; null for none. Pages that keep themselves fresh leave it to the one that is opened.</summary>
    public static FlashMessage? TakeFlash(this HttpContext context)
    {
        if (context.Request.Cookies[Cookie] is not { } left || LiveRequests.AreFrom(context))
            return null;

        context.Response.Cookies.Delete(Cookie, Options(context));
        return FlashMessage.FromCookie(left);
    }

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
