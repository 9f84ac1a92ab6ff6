namespace Anteroom.Work;

/// <summary>How long to wait before the next try, for every kind of work.</summary>
public static class RetryDelay
{
    /// <summary>
    /// <paramref name="first"/>, doubled with each further try, up to <paramref name="longest"/>, plus or minus up to a fifth, so that many
    /// do not come back at once.
    /// </summary>
    /// <param name="attempts">How many tries have failed, from 1.</param>
    /// <param name="first">The delay after the first.</param>
    /// <param name="longest">The delay at most, before the fifth.</param>
    public static TimeSpan After(int attempts, TimeSpan first, TimeSpan longest)
    {
        var seconds = Math.Min(first.TotalSeconds * Math.Pow(2, attempts - 1), longest.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.8 + (Random.Shared.NextDouble() * 0.4)));
    }
}
