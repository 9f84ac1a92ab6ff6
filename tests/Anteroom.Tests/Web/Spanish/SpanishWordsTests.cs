using System.Reflection;
using System.Text.RegularExpressions;
using Anteroom.Admin;
using Anteroom.Leads;
using Anteroom.Mail;
using Anteroom.Notices;
using Anteroom.Web;
using Anteroom.Web.Admin;
using Anteroom.Web.Workspace.Details;
using Anteroom.Work;

namespace Anteroom.Tests.Web.Spanish;

/// <summary>The Spanish words of the workspace: all there, all used, all with the same values.</summary>
public sealed partial class SpanishWordsTests
{
    private static string Folder => Path.Combine(SourceWords.Root, "Web", "Spanish");

    private static IEnumerable<string> FileNames =>
        Directory.EnumerateFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)!);

    /// <summary>Their labels are put together.</summary>
    private static string[] Queues =>
        [
            .. QueueName
                .All.Append(new("webhook", "attention_began"))
                .Append(new("webhook", "attention_ended"))
                .Select(queue => queue.Label),
        ];

    [Fact]
    public void Every_text_that_is_looked_up_is_there_in_Spanish()
    {
        var missing = SourceWords
            .Keys()
            .Where(used => !Wording.Spanish.ContainsKey(used.Key))
            .Select(used => $"{used.File}: \"{used.Key}\"")
            .Distinct(StringComparer.Ordinal)
            .ToList();

        Assert.True(missing.Count == 0, $"{missing.Count} without Spanish:\n{string.Join('\n', missing)}");
    }

    /// <summary>Those that the source looks up by a variable.</summary>
    [Fact]
    public void Every_message_and_label_is_there_in_Spanish()
    {
        string[] said =
        [
            .. typeof(FlashMessage)
                .GetProperties(BindingFlags.Static | BindingFlags.NonPublic)
                .Select(message => message.GetValue(null))
                .OfType<FlashMessage>()
                .Select(message => message.Words),
            .. LeadStatus.All.SelectMany(status => (string[])[status.ToLabel(), status.Verb]),
            .. RoleNames.All.Select(role => role.ToLabel()),
            .. Enum.GetValues<NoticeKind>().Select(kind => kind.ToLabel()),
            .. TimelineWords.Keys,
            .. SourceNames.All.Select(SourceNames.Of),
            .. MailKinds.All.Where(mail => mail.Fields.Any(field => field.Name == "number")).Select(mail => mail.Label),
            .. AdminPlace.All.SelectMany(place => (string[])[place.Label, place.Group, place.Does]),
            .. Queues,
            .. QueueQuestion.Ages.Select(age => age.Label),
            .. QueueQuestion.States.Select(state => state.Label),
            .. AlarmTexts.All,
            .. AlarmAdvice.All,
            .. DataTables.All.SelectMany(table => (string[])[table.Label, table.Does]),
        ];

        Assert.True(said.Length > 80, $"{said.Length} texts");
        Assert.Empty(said.Where(text => !Wording.Spanish.ContainsKey(text)).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_Spanish_text_is_used()
    {
        var (source, formats) = SourceWords.Everything();
        var unused = FileNames
            .Where(name => name is not ("scripts" or "editor"))
            .SelectMany(name => Wording.OfFile(name).Keys.Select(key => (name, key)))
            .Where(entry =>
                !formats.Contains(entry.key)
                && !TimelineWords.Keys.Contains(entry.key, StringComparer.Ordinal)
                && !Queues.Contains(entry.key, StringComparer.Ordinal)
                && !source.Contains(entry.key, StringComparison.Ordinal)
                && !source.Contains(entry.key.Replace("\"", "\\\"", StringComparison.Ordinal), StringComparison.Ordinal)
            )
            .Select(entry => $"{entry.name}.json: \"{entry.key}\"")
            .ToList();

        Assert.True(unused.Count == 0, $"{unused.Count} are not used:\n{string.Join('\n', unused)}");
    }

    [Fact]
    public void A_Spanish_text_has_the_values_and_elements_of_the_English_one()
    {
        foreach (var (english, spanish) in FileNames.SelectMany(Wording.OfFile))
        {
            Assert.False(string.IsNullOrWhiteSpace(spanish), english);
            Assert.Equal(Places(english), Places(spanish));
        }
    }

    [Fact]
    public void Sentences_with_elements_are_written_out_where_they_are_used() =>
        Assert.Empty(SourceWords.MarkupThatIsNotWrittenOut());

    [Fact]
    public void The_same_text_is_the_same_in_every_file()
    {
        var different = FileNames
            .SelectMany(Wording.OfFile)
            .GroupBy(entry => entry.Key, StringComparer.Ordinal)
            .Where(group => group.Select(entry => entry.Value).Distinct(StringComparer.Ordinal).Count() > 1)
            .Select(group => group.Key);

        Assert.Empty(different);
    }

    /// <summary>The scripts of the workspace look up their texts with <c>t("…")</c>; the page brings them as a JSON block.</summary>
    [Fact]
    public void The_scripts_have_their_texts_in_Spanish_and_no_others()
    {
        var used = Directory
            .EnumerateFiles(Path.Combine(SourceWords.Root, "wwwroot", "js"), "*.js")
            .Where(file => Path.GetFileName(file) != "apply.js")
            .SelectMany(file => ScriptKeys().Matches(File.ReadAllText(file)))
            .Select(key => key.Groups["key"].Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

        Assert.Equal(Wording.OfFile("scripts").Keys.Order(StringComparer.Ordinal), used);
    }

    /// <summary>The editor of emails says <c>say("…")</c>, and brings a block of its own.</summary>
    [Fact]
    public void The_editor_has_its_texts_in_Spanish_and_no_others()
    {
        var used = Directory
            .EnumerateFiles(Path.Combine(SourceWords.Root, "Web", "Editor"), "*.js")
            .SelectMany(file => EditorKeys().Matches(File.ReadAllText(file)))
            .Select(key => key.Groups["key"].Value)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

        Assert.Equal(Wording.OfFile("editor").Keys.Order(StringComparer.Ordinal), used);
    }

    private static string Places(string text) =>
        string.Join(' ', Place().Matches(text).Select(place => place.Value).Order(StringComparer.Ordinal));

    [GeneratedRegex("""\{\d(:[^}]*)?\}|<[^<>]+>""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Place();

    [GeneratedRegex("""(?<![\w.])say\(\s*"(?<key>(?:[^"\\]|\\.)+)"[,)\s]""", RegexOptions.None, 1000)]
    private static partial Regex EditorKeys();

    [GeneratedRegex("""(?<![\w.])t\(\s*"(?<key>(?:[^"\\]|\\.)+)"[,)\s]""", RegexOptions.None, 1000)]
    private static partial Regex ScriptKeys();
}
