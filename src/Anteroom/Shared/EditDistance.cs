namespace Anteroom.Shared;

/// <summary>How near two names are, to ask whether the other was meant. Addresses go by <see cref="MailDomains"/>, where neighbors that are swapped count once.</summary>
internal static class EditDistance
{
    /// <summary>How many characters have to be put in, left out or changed (Levenshtein); case counts.</summary>
    public static int Of(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(
                    Math.Min(row[j] + 1, row[j - 1] + 1),
                    diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)
                );
                diagonal = above;
            }
        }

        return row[^1];
    }
}
