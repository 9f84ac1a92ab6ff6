using Microsoft.Extensions.Options;

namespace Anteroom.Http;

/// <summary>
/// How often one client may do what costs us or helps a guesser. The defaults leave room for a whole office behind one address.
/// Settings <c>RateLimits:…</c>.
/// </summary>
public sealed class RateLimitOptions
{
    /// <summary>Off: nothing is limited.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Public submissions, all doors together, by address.</summary>
    public Rate Submissions { get; set; } = new() { PerMinute = 20, Burst = 40 };

    /// <summary>Tries to sign in, to get or to renew a token, all doors together, by address.</summary>
    public Rate SignIns { get; set; } = new() { PerMinute = 60, Burst = 60 };

    /// <summary>Tries to sign in as one account, from wherever, whether it exists or not.</summary>
    public Rate SignInsPerAccount { get; set; } = new() { PerMinute = 10, Burst = 10 };

    /// <summary>Wrong passwords for one account from one address or device.</summary>
    public Rate Guesses { get; set; } = new() { PerMinute = 1, Burst = 5 };

    /// <summary>After this long every unused bucket is full again.</summary>
    internal TimeSpan LongestRefill =>
        new[] { Submissions, SignIns, SignInsPerAccount, Guesses }.Max(rate => rate.Refill);

    /// <summary>What is wrong, as sentences that name the setting; empty when all is well.</summary>
    internal IEnumerable<string> Problems()
    {
        foreach (
            var (name, rate) in new[]
            {
                (nameof(Submissions), Submissions),
                (nameof(SignIns), SignIns),
                (nameof(SignInsPerAccount), SignInsPerAccount),
                (nameof(Guesses), Guesses),
            }
        )
        {
            if (rate.PerMinute is not (>= 0.01 and <= 1_000_000))
                yield return $"RateLimits:{name}:PerMinute has to be from 0.01 to 1000000.";
            if (rate.Burst is not (>= 1 and <= 1_000_000))
                yield return $"RateLimits:{name}:Burst has to be a whole number from 1 to 1000000.";
        }
    }
}

/// <summary>A token bucket's size and how fast it fills.</summary>
public sealed class Rate
{
    /// <summary>How many a minute in the long run; 0.5 is one in two minutes.</summary>
    public double PerMinute { get; set; }

    /// <summary>How many at once after a quiet time.</summary>
    public int Burst { get; set; }

    internal double PerSecond => PerMinute / 60;

    /// <summary>After this long an unused bucket is full again.</summary>
    internal TimeSpan Refill => TimeSpan.FromMinutes(Burst / PerMinute);
}

internal sealed class RateLimitOptionsCheck : IValidateOptions<RateLimitOptions>
{
    public ValidateOptionsResult Validate(string? name, RateLimitOptions options)
    {
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
