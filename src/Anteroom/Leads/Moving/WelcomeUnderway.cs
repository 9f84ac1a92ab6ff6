using Anteroom.Data;

namespace Anteroom.Leads;

/// <summary>
/// While a lead's welcome email is being sent, users' changes to it wait, up to three seconds.
/// </summary>
internal static class WelcomeUnderway
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    /// <summary>How often to check.</summary>
    public const int Steps = 60;

    /// <summary>Waits a moment: in real time, because a mail server takes real time even when a test moves the clock.</summary>
    public static Task StepAsync(CancellationToken cancellation) => Task.Delay(Step, TimeProvider.System, cancellation);

    /// <summary>Waits until the mail server has answered, reloading <paramref name="lead"/>.</summary>
    /// <returns>False if it still has not.</returns>
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
