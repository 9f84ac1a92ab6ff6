using Anteroom.Data;

namespace Anteroom.Leads;

/// <summary>
/// What people do to a lead while its welcome email is on the way to the mail server waits for that moment, up to three seconds.
/// </summary>
internal static class WelcomeUnderway
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>How often to look again.</summary>
    public const int Steps = 60;

    /// <summary>Waits until it is worth to look again. A mail server takes real time, whatever clock the rules go by.</summary>
    public static Task StepAsync(CancellationToken cancellation) => Task.Delay(Step, TimeProvider.System, cancellation);

    /// <summary>Waits until the mail server has answered, and reads <paramref name="lead"/> again.</summary>
    /// <returns>False when it has not.</returns>
    public static async Task<bool> EndsAsync(
        AnteroomDb db,
        Lead lead,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        for (var step = 0; lead.IsBeingWelcomed(time.GetUtcNow()); step++)
        {
            if (step == Steps)
                return false;
            await StepAsync(cancellation);
            await db.Entry(lead).ReloadAsync(cancellation);
        }

        return true;
    }
}
