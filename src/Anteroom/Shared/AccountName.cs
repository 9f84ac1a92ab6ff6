using System.Text;

namespace Anteroom.Shared;

/// <summary>User names and addresses as they are compared when somebody signs in.</summary>
public static class AccountName
{
    /// <summary>
    /// Upper case after NFKC (Unicode Standard Annex 15): letters in full width, ligatures and the like are what they stand for, so that
    /// nobody can have a name that looks like another's, and no spelling has tries of its own.
    /// </summary>
    public static string Fold(string? name)
    {
        name ??= "";
        try
        {
            return name.Normalize(NormalizationForm.FormKC).ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            return name.ToUpperInvariant(); // half of a surrogate pair: nobody's name
        }
    }
}
