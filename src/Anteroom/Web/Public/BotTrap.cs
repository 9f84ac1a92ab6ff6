using System.Globalization;
using System.Security.Cryptography;
using Anteroom.Http;
using Anteroom.Leads;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace Anteroom.Web.Public;

/// <summary>How the public form tells people from programs that fill in every form they find. Settings <c>PublicForm:…</c>.</summary>
public sealed class PublicFormOptions
{
    /// <summary>A form sent faster than this, and by no hand that its script has seen, is asked for once more; zero never asks.</summary>
    public TimeSpan LeastTime { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>What makes a submission look like a program's.</summary>
internal enum Suspicion
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It came sooner than people type, and no hand was seen.</summary>
    Fast,

    /// <summary>The field that people do not see was filled in.</summary>
    Bait,
}

/// <summary>
/// Two traps for programs: a field that people do not see, and the time since the form was shown. Neither is final, because a
/// password manager may fill in the field and a browser may fill in everything: the form comes back as it was, with a box to tick, or to be sent
/// once more. Whoever is quick and was seen to press a key or a button by the page's script is not asked. A form that was sent without any of
/// this, by somebody's own program or an older page, is accepted.
/// </summary>
internal sealed partial class BotTrap(
    IDataProtectionProvider protection,
    IOptions<PublicFormOptions> options,
    TimeProvider time,
    ILogger<BotTrap> logger
)
{
    /// <summary>The field that people do not see.</summary>
    public const string Bait = "website";

    /// <summary>The field with the time at which the form was shown, protected.</summary>
    public const string Shown = "shown";

    /// <summary>The field that the page's script fills in when somebody presses a key or a button.</summary>
    public const string Hand = "hand";

    /// <summary>The box that people tick when they were taken for a program.</summary>
    public const string Person = "person";

    private readonly IDataProtector _protector = protection.CreateProtector("PublicForm.Shown");

    /// <summary>The value of <see cref="Shown"/> for a form that is shown now; null when no keys are available, which switches the trap off.</summary>
    public string? Stamp()
    {
        try
        {
            return _protector.Protect(time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is CryptographicException || Outage.Is(error))
        {
            return null;
        }
    }

    /// <summary>Whether a program seems to have sent this. Whoever ticks the box is believed.</summary>
    public Suspicion Of(Submission submission)
    {
        if (SaysPerson(submission))
            return Suspicion.None;
        var found =
            !string.IsNullOrEmpty(submission.Texts[Bait]) ? Suspicion.Bait
            : string.IsNullOrEmpty(submission.Texts[Hand]) && IsTooFast(submission.Texts[Shown]) ? Suspicion.Fast
            : Suspicion.None;
        if (found != Suspicion.None)
            Caught(logger, found == Suspicion.Bait ? "the hidden field was filled in" : "it was sent too fast");
        return found;
    }

    public static bool SaysPerson(Submission submission) => !string.IsNullOrEmpty(submission.Texts[Person]);

    private bool IsTooFast(string? stamp)
    {
        if (string.IsNullOrEmpty(stamp) || options.Value.LeastTime <= TimeSpan.Zero)
            return false;
        try
        {
            var ticks = long.Parse(_protector.Unprotect(stamp), NumberStyles.None, CultureInfo.InvariantCulture);
            var took = TimeSpan.FromTicks(time.GetUtcNow().UtcTicks - ticks);
            // Less than nothing: another node's clock is ahead.
            return took >= TimeSpan.Zero && took < options.Value.LeastTime;
        }
        catch (Exception error)
            when (error is CryptographicException or FormatException or OverflowException || Outage.Is(error))
        {
            return false; // not ours, or of a key that is gone: a person's form may have been open that long
        }
    }

    [LoggerMessage(LogLevel.Information, "A form was not taken at once: {Why}")]
    private static partial void Caught(ILogger logger, string why);
}
