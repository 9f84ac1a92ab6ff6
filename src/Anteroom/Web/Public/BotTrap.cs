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
    /// <summary>Nobody fills in the form faster than this; zero switches the trap off.</summary>
    public TimeSpan LeastTime { get; set; } = TimeSpan.FromSeconds(2);
}

/// <summary>
/// Two traps for programs: a field that people do not see, and the time since the form was shown. Neither is final, because a
/// password manager may fill in the field and a quick person may be quick: the form comes back as it was with a box to tick. A form that was
/// sent without any of this, by somebody's own program or an older page, is accepted.
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
    public bool Suspects(Submission submission)
    {
        if (SaysPerson(submission))
            return false;
        var why =
            !string.IsNullOrEmpty(submission.Texts[Bait]) ? "the hidden field was filled in"
            : IsTooFast(submission.Texts[Shown]) ? "it was sent too fast"
            : null;
        if (why is not null)
            Caught(logger, why);
        return why is not null;
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
