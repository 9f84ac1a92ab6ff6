using System.Globalization;
using System.Text.RegularExpressions;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Mail;

namespace Anteroom.Web.Workspace.Details;

/// <summary>
/// What stands in the timeline, in the reader's language. It is stored in English, for everybody; here a line is recognized by its words,
/// and said again in Spanish with the same values. What is not recognized stays as it is.
/// </summary>
internal static partial class TimelineWords
{
    /// <summary>The lines, the longer of two that begin alike first. Letters after a colon say what a value is: see <see cref="Say"/>.</summary>
    private static readonly string[] Lines =
    [
        "submitted the form",
        "submitted an inquiry ({0})",
        "entered this lead by hand ({0:source})",
        "has spoken to the prospect: moved this lead from {0:word} to {1:word}",
        "moved this lead from {0:word} to {1:word} in the name of the firm",
        "moved this lead from {0:word} to {1:word} in the name of {2}",
        "moved this lead from {0:word} to {1:word}, taking back a change",
        "moved this lead from {0:word} to {1:word}: {2:reason}",
        "moved this lead from {0:word} to {1:word}",
        "recorded that {0:name} made the first contact, not {1}",
        "recorded that {0:name} made the first contact",
        "assigned this lead to {0}, the least busy",
        "assigned this lead to {0}, because {1} is not taking new leads at the moment",
        "assigned this lead to {0}, taking back a change",
        "assigned this lead to {0}",
        "took this lead from its owner, taking back a change",
        "took this lead from its owner",
        "changed {0:facts}",
        "merged lead {0} into this one: {1}, {2:word}, received {3:day}",
        "added the tag {0}",
        "took off the tag {0}",
        "added the task “{0}” for {1}, due {2:day}, every {3:repeat}",
        "added the task “{0}” for {1}, due {2:day}",
        "added the task “{0}” for {1}",
        "added the task “{0}”, due {1:day}, every {2:repeat}",
        "added the task “{0}”, due {1:day}",
        "added the task “{0}”",
        "set the task “{0}” due {1:day}",
        "finished the task “{0}”",
        "opened the task “{0}” again",
        "sent the {0:mail} again, to {1}",
        "sent the {0:mail} to {1}",
        "could not deliver the {0:mail} to {1}: {2:word}",
        "asked for no more automatic email",
        "takes automatic email again",
        "looked at the file “{0}”",
        "looked at the resume of lead {0}",
        "looked at the resume",
        "put {0:what} into quarantine: the virus scanner found {1}",
        "could not have {0:what} scanned for viruses: it is too large for the scanner",
        "released {0:what} from quarantine, in spite of {1}",
        "released {0:what} without a scan",
        "deleted the resume, as the firm keeps resumes for {0} days",
        "deleted a file, as the firm keeps files for {0} days",
        "wrote the letter “{0}” for printing (SHA-256 {1})",
        "wrote the letter “{0}” by email to {1} (SHA-256 {2})",
        "added the file “{0}”",
        "renamed the file “{0}” to “{1}”",
        "changed the note on the file “{0}”",
        "removed the file “{0}”",
        "had it tried again: {0:mail}",
        "took it off after it had failed: {0:mail}",
        "the file “{0}”",
        "the resume",
        "moved this lead to the trash",
        "took this lead out of the trash",
    ];

    private static readonly Lazy<(string Key, string[] Kinds, Regex Pattern)[]> Known = new(() =>
        [
            .. Lines.Select(line =>
                (
                    KeyOf(line),
                    Place().Matches(line).Select(place => place.Groups["kind"].Value).ToArray(),
                    new Regex(
                        $"^{string.Join("(.+)", Place().Replace(line, "\n").Split('\n').Select(Regex.Escape))}$",
                        RegexOptions.Singleline | RegexOptions.CultureInvariant,
                        TimeSpan.FromSeconds(1)
                    )
                )
            ),
        ]
    );

    /// <summary>The keys of the lines, for the dictionary.</summary>
    public static IEnumerable<string> Keys => Lines.Select(KeyOf);

    /// <summary>A line of the timeline, without who did it.</summary>
    public static string Of(string summary)
    {
        if (Languages.Current == Language.En)
            return summary;
        foreach (var (key, kinds, pattern) in Known.Value)
            if (pattern.Match(summary) is { Success: true } found)
                return T[key, [.. kinds.Select((kind, at) => Say(found.Groups[at + 1].Value, kind))]];
        return T[summary];
    }

    /// <summary>Why a lead was declined: one of the firm's reasons, a note, or both with a dash between.</summary>
    public static string Reason(string reason)
    {
        var at = reason.IndexOf(" – ", StringComparison.Ordinal);
        return at < 0 ? T[reason] : T[reason[..at]] + reason[at..];
    }

    private static string Say(string value, string kind) =>
        kind switch
        {
            "word" or "name" or "repeat" => T[value],
            "reason" => Reason(value),
            "source" => T[Capital(value)].ToLower(CultureInfo.CurrentUICulture),
            "what" => Of(value),
            "day"
                when DateOnly.TryParseExact(
                    value,
                    "MMM d, yyyy",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var day
                ) => day.ToString(T["MMM d, yyyy"], CultureInfo.CurrentCulture),
            "mail" => Mail(value),
            "facts" => FactName()
                .Replace(
                    value.Replace("(none)", T["(none)"], StringComparison.Ordinal),
                    name => name.Groups["before"].Value + Fact(name.Groups["fact"].Value) + ": "
                ),
            _ => value,
        };

    private static string Fact(string word) =>
        ProspectFacts.All.FirstOrDefault(fact => fact.Word == word) is { } fact
            ? T[fact.Label].ToLower(CultureInfo.CurrentUICulture)
        : word == "source" ? T["Source"].ToLower(CultureInfo.CurrentUICulture)
        : word;

    private static string Mail(string label) =>
        MailKinds.All.FirstOrDefault(mail =>
            string.Equals(mail.Kind.ToLabel(), label, StringComparison.OrdinalIgnoreCase)
        )
            is { } facts
            ? T[facts.Label]
            : T[label];

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static string KeyOf(string line) => Place().Replace(line, "{${at}}");

    [GeneratedRegex(@"\{(?<at>\d)(:(?<kind>\w+))?\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();

    [GeneratedRegex("(?<before>^|; )(?<fact>[a-z ]+): ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FactName();
}
