using System.Globalization;
using System.Text.RegularExpressions;

namespace Anteroom.Resumes;

/// <summary>Keys that stores give out: <c>2026/11/21/0199….pdf</c> (UTC date, UUIDv7, type found).</summary>
internal static partial class ResumeKey
{
    /// <summary>The key of the file that was given this id.</summary>
    public static string Of(Guid id, DateTimeOffset at, ResumeType type) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy'/'MM'/'dd}/{id}.{type.ToExtension()}");

    /// <summary>Whether a store may have given it out.</summary>
    public static bool IsOne(string key) => Pattern().IsMatch(key);

    /// <summary>The id in it.</summary>
    /// <exception cref="ArgumentException">No store ever gave out such a key.</exception>
    public static Guid IdOf(string key) =>
        IsOne(key) && Guid.TryParse(key.AsSpan(11, 36), out var id)
            ? id
            : throw new ArgumentException("This is not the key of a resume.", nameof(key));

    [GeneratedRegex(
        @"^[0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9a-f-]{36}\.[a-z]{1,8}\z",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Pattern();
}
