using System.Globalization;
using System.Text;
using Anteroom.Firm;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Anteroom.Accounts;

/// <summary>
/// Refuses what is guessed first, wherever a password is set (NIST SP 800-63B 3.1.1.2): the most common passwords, what everybody knows of
/// the account and the firm, sequences and repetitions, each also with digits and signs around it. No rule says which characters to use.
/// </summary>
internal sealed class PasswordStrength(IOptions<FirmOptions> firm) : IPasswordValidator<User>
{
    /// <summary>The longest password that can be set, in UTF-16 units.</summary>
    public const int Longest = 128;

    /// <summary>Parts of names shorter than this are in too many good passwords.</summary>
    private const int ShortestWord = 4;

    /// <summary>A password needs this many characters besides own words, sequences and repetitions.</summary>
    private const int LeastOfItsOwn = 6;

    private static readonly string[] Rows =
    [
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "qwertzuiop",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
        "1q2w3e4r5t6y7u8i9o0p",
        "q1w2e3r4t5y6u7i8o9p0",
    ];

    private static readonly Lazy<HashSet<string>> Common = new(() => new(MostCommon(), StringComparer.Ordinal));

    public Task<IdentityResult> ValidateAsync(UserManager<User> manager, User user, string? password)
    {
        // Too short is said by the rule for it.
        if (password is null || password.Length < manager.Options.Password.RequiredLength)
            return Task.FromResult(IdentityResult.Success);
        var problem = Problem(password, Words(user.UserName, user.FullName, user.Email, firm.Value.Name, "Anteroom"));
        return Task.FromResult(
            problem is null
                ? IdentityResult.Success
                : IdentityResult.Failed(new IdentityWords.WordedError("PasswordTooEasy", problem))
        );
    }

    /// <summary>What is wrong with it, as a sentence; null when nothing is.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="words">What a guesser knows, folded (<see cref="Words"/>).</param>
    internal static Sentence? Problem(string password, IEnumerable<string> words)
    {
        if (password.Length > Longest)
            return $"Passwords can have at most {Longest} characters.";

        var folded = Fold(password);
        if (IsCommon(folded))
            return "This is one of the passwords that are tried first. Choose one that nobody else would, such as a few words in a row.";

        var own = folded;
        foreach (var word in words.OrderByDescending(word => word.Length))
            own = own.Replace(word, "", StringComparison.Ordinal);
        if (own.Length < folded.Length && (own.Length < LeastOfItsOwn || IsPlain(own)))
            return "This is too close to your name, your address or the name of the firm. Choose one that does not contain them.";
        return IsPlain(folded)
            ? "This repeats itself or follows the keyboard. Choose one that is harder to continue, such as a few words in a row."
            : null;
    }

    /// <summary>The words of names and addresses that a guesser would try, folded.</summary>
    internal static IReadOnlySet<string> Words(params IEnumerable<string?> names) =>
        names
            .OfType<string>()
            .SelectMany(name =>
                Fold(name)
                    .Split([' ', '@', '.', '-', '_', '+', ',', '\'', '&', '/'], StringSplitOptions.RemoveEmptyEntries)
                    .Append(Fold(name))
                    .Append(string.Concat(Fold(name).Where(char.IsLetterOrDigit)))
            )
            .Where(word => word.Length >= ShortestWord)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>In the list, as it is, with letters for the digits that stand for them, without what is around it, or several times in a row.</summary>
    private static bool IsCommon(string folded)
    {
        var list = Common.Value;
        foreach (var text in (string[])[folded, Letters(folded)])
        {
            var bare = text.Trim([.. text.Where(sign => !char.IsLetter(sign)).Distinct()]);
            if (
                list.Contains(text)
                || (bare.Length >= ShortestWord && (list.Contains(bare) || list.Contains(Unit(bare))))
                || list.Contains(Unit(text))
                || IsTwo(bare, list)
            )
                return true;
        }

        return false;
    }

    /// <summary>Two common passwords that make a short one: <c>letmeinpassword</c> is two tries, not one in a million.</summary>
    private static bool IsTwo(string text, HashSet<string> list)
    {
        if (text.Length > 12)
            return false;
        for (var at = ShortestWord; at <= text.Length - ShortestWord; at++)
            if (list.Contains(text[..at]) && list.Contains(text[at..]))
                return true;
        return false;
    }

    /// <summary>Fewer than <see cref="LeastOfItsOwn"/> characters that cannot be told from those before: repeated, or next on a row.</summary>
    private static bool IsPlain(string folded)
    {
        var unit = Unit(folded);
        var surprises = unit.Length == 0 ? 0 : 1;
        for (var at = 1; at < unit.Length; at++)
            if (unit[at] != unit[at - 1] && !Follows(unit[at - 1], unit[at]))
                surprises++;
        return unit.Distinct().Count() < 4 || surprises < LeastOfItsOwn - 2;
    }

    private static bool Follows(char one, char next) =>
        Array.Exists(
            Rows,
            row =>
                row.Contains($"{one}{next}", StringComparison.Ordinal)
                || row.Contains($"{next}{one}", StringComparison.Ordinal)
        );

    /// <summary>What a text repeats: <c>abc</c> of <c>abcabcab</c>; the text when it repeats nothing.</summary>
    private static string Unit(string text)
    {
        for (var length = 1; length <= text.Length / 2; length++)
        {
            var repeats = true;
            for (var at = length; at < text.Length && repeats; at++)
                repeats = text[at] == text[at - length];
            if (repeats)
                return text[..length];
        }

        return text;
    }

    private static string Letters(string text) =>
        string.Concat(
            text.Select(sign =>
                sign switch
                {
                    '0' => 'o',
                    '1' or '!' => 'i',
                    '3' => 'e',
                    '4' or '@' => 'a',
                    '5' or '$' => 's',
                    '7' => 't',
                    _ => sign,
                }
            )
        );

    /// <summary>Small letters without accents, as guessers write.</summary>
    private static string Fold(string text)
    {
        // A lone half of a surrogate pair cannot be normalized.
        if (!IsWhole(text))
            return text.ToLowerInvariant();
        return string.Concat(
                text.Normalize(NormalizationForm.FormKD)
                    .Where(sign => CharUnicodeInfo.GetUnicodeCategory(sign) != UnicodeCategory.NonSpacingMark)
            )
            .ToLowerInvariant();
    }

    private static bool IsWhole(string text)
    {
        for (var at = 0; at < text.Length; at++)
            if (
                char.IsSurrogate(text[at]) && (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at++ + 1]))
            )
                return false;
        return true;
    }

    /// <summary>
    /// The most common passwords of any length, and of those that are long enough to be set; the heads of the files say where they are from
    /// and their licenses.
    /// </summary>
    internal static IEnumerable<string> MostCommon()
    {
        foreach (var file in (string[])["common-passwords.txt", "common-long-passwords.txt"])
        {
            using var stream = typeof(PasswordStrength).Assembly.GetManifestResourceStream(file)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            while (reader.ReadLine() is { } line)
                if (line is not (['#', ..] or ""))
                    yield return line;
        }
    }
}
