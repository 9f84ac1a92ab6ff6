using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Anteroom.Tests.Api.V1;
using Anteroom.Tests.App;

namespace Anteroom.Tests.Web.Spanish;

/// <summary>
/// Opens every page of the workspace in English and in Spanish, with the same data. What reads the same in both, and is no data, nobody has
/// translated.
/// </summary>
[Trait("Category", "Slow")]
public sealed partial class SpanishPagesTests(TestDatabases databases)
{
    /// <summary>Names that are the same in every language.</summary>
    private static readonly string[] ProperNouns =
    [
        "Anteroom",
        "API",
        "HTML",
        "PDF",
        "CSV",
        "UTC",
        "English",
        "Español",
        "office",
        "HttpClient",
        "min",
    ];

    /// <summary>Translated, and the same word: <c>Error 404</c>.</summary>
    private static readonly HashSet<string> SameInBoth = Wording
        .Spanish.Where(entry => entry.Key == entry.Value)
        .Select(entry => Value().Replace(entry.Key, "#"))
        .ToHashSet(StringComparer.Ordinal);

    private static readonly string[] Attributes = ["title", "aria-label", "placeholder", "alt", "data-key-label"];

    [Fact]
    public async Task Every_page_of_the_workspace_is_in_Spanish_for_who_reads_Spanish()
    {
        await using var app = await AnteroomApp.StartAsync(databases, role: "web");
        using var office = await app.SignedInAsync(Role.Administrator, "office", "Olivia Office");
        var samples = await office.OpenAsync("/admin/samples");
        using (var made = await office.SendFormAsync(samples.Form("/admin/samples")))
            Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        var item = await OperateAsync(app);
        var data = await DataAsync(app);
        var pages = await AddressesAsync(app, item);

        var english = await OpenAllAsync(app, office, pages, "en");
        var spanish = await OpenAllAsync(app, office, pages, "es");

        List<string> wrong = [];
        foreach (var page in SpanishPages.All)
        {
            Assert.Equal("en", english[page].DocumentElement.GetAttribute("lang"));
            Assert.Equal("es", spanish[page].DocumentElement.GetAttribute("lang"));
            var inEnglish = Texts(english[page]).ToHashSet(StringComparer.Ordinal);
            var left = Texts(spanish[page])
                .Where(inEnglish.Contains)
                .Where(text => !IsData(text, data))
                .Distinct(StringComparer.Ordinal)
                .ToList();
            if (left.Count > 0)
                wrong.Add($"{page.Address}: {left.Count} texts are not translated:\n    {string.Join("\n    ", left)}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static async Task<Dictionary<SpanishPage, IHtmlDocument>> OpenAllAsync(
        AnteroomApp app,
        HttpClient office,
        IReadOnlyDictionary<SpanishPage, string> pages,
        string language
    )
    {
        await app.ExecuteAsync($"update users set language = '{language}' where user_name = 'office'");
        using var stranger = app.NewClient();
        stranger.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);
        Dictionary<SpanishPage, IHtmlDocument> read = [];
        foreach (var (page, address) in pages)
        {
            var isOfTheFirm = !OfEverybody().IsMatch(address);
            using var answer = await (isOfTheFirm ? office : stranger).GetAsync(new Uri(address, UriKind.Relative));
            Assert.True(
                answer.StatusCode == (address == "/nowhere" ? HttpStatusCode.NotFound : HttpStatusCode.OK),
                $"{address}: {answer.StatusCode}"
            );
            read[page] = await answer.PageAsync();
        }

        return read;
    }

    private static async Task<IReadOnlyDictionary<SpanishPage, string>> AddressesAsync(AnteroomApp app, string item)
    {
        var things = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["{lead}"] = await app.ValueAsync<string>(
                "select min(number)::text from leads where status = 'registered'"
            ),
            ["{closed}"] = await app.ValueAsync<string>(
                "select min(number)::text from leads where status = 'declined'"
            ),
            ["{snippet}"] = await app.ValueAsync<string>("select id::text from snippets limit 1"),
            ["{import}"] = await ImportAsync(app, "read"),
            ["{item}"] = item,
            ["{checked}"] = await ImportAsync(app, "checked"),
            ["{user}"] = await app.ValueAsync<string>("select min(number)::text from users where role = 'attorney'"),
        };
        return SpanishPages.All.ToDictionary(
            page => page,
            page =>
                things.Aggregate(
                    page.Address,
                    (address, thing) => address.Replace(thing.Key, thing.Value, StringComparison.Ordinal)
                )
        );
    }

    /// <summary>A file of two rows, of which one cannot be taken and the other is a lead; its id.</summary>
    private static async Task<string> ImportAsync(AnteroomApp app, string state)
    {
        var id = Guid.CreateVersion7().ToString();
        await app.ExecuteAsync(
            $$"""
            insert into imports (id, kind, name, state, headers, choices, total, added, skipped, refused, created_by_name, created_at)
            values ('{{id}}', 'csv', 'people.csv', '{{state}}', '{Nombre,Correo}', '{"fields": ["full_name", "email"]}', 2, 0, 1, 1, 'Ruth', now());
            insert into import_rows (import_id, line, cells, outcome, reason, same_as) values
                ('{{id}}', 2, '{Ada Lovelace,nobody}', 'refused', 'Email: …', null),
                ('{{id}}', 3, '{Ben Byrd,ben@example.com}', 'skip', 'The same person is lead 1.', 1);
            """
        );
        return id;
    }

    /// <summary>What people read and what is read out to them, each piece of it.</summary>
    private static IEnumerable<string> Texts(IHtmlDocument page)
    {
        foreach (var element in page.All.Where(IsRead))
        {
            foreach (var attribute in Attributes)
                if (element.GetAttribute(attribute) is { } said)
                    yield return Plain(said);
            foreach (var text in element.ChildNodes.OfType<IText>())
                yield return Plain(text.Data);
        }
    }

    /// <summary>Code, what was typed, and what says that it is the same in every language, are not.</summary>
    private static bool IsRead(IElement element)
    {
        for (var at = element; at is not null; at = at.ParentElement)
            if (
                at.LocalName is "script" or "style" or "code" or "kbd" or "pre" or "textarea" or "bdi"
                || at.GetAttribute("translate") == "no"
            )
                return false;
        return true;
    }

    private static string Plain(string text) =>
        Figures().Replace(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), "#");

    private static bool IsData(string text, IReadOnlyList<string> data)
    {
        if (SameInBoth.Contains(text))
            return true;
        var rest = data.Aggregate(text, (rest, value) => rest.Replace(value, "", StringComparison.Ordinal));
        return !TwoLetters().IsMatch(rest);
    }

    /// <summary>What people have typed into the database, the longest first; words in small letters are names of states and kinds.</summary>
    private static async Task<IReadOnlyList<string>> DataAsync(AnteroomApp app)
    {
        var columns = await app.TextsAsync(
            """
            select format('select distinct %I::text from %I where %I is not null', column_name, table_name, column_name)
            from information_schema.columns
            where table_schema = 'public' and data_type in ('text', 'character varying')
                and table_name in ('leads', 'users', 'notes', 'tasks', 'tags', 'snippets', 'outbox', 'resumes', 'documents')
            """
        );
        var values = new HashSet<string>(ProperNouns, StringComparer.Ordinal);
        foreach (var column in columns)
        foreach (var value in await app.TextsAsync(column))
        foreach (var line in value.Split('\n'))
            if (line.Trim() is { Length: > 2 } typed && typed.Any(sign => char.IsUpper(sign) || sign is '@' or ' '))
                values.Add(Plain(typed));
        return [.. values.OrderByDescending(value => value.Length)];
    }

    [GeneratedRegex(@"\{\d\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Value();

    [GeneratedRegex("^/(signin|forgot|nowhere)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OfEverybody();

    [GeneratedRegex(@"\d+([.,]\d+)*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Figures();

    [GeneratedRegex(@"\p{L}{2}", RegexOptions.None, 1000)]
    private static partial Regex TwoLetters();
}
