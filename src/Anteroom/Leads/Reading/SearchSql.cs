using System.Globalization;

namespace Anteroom.Leads;

/// <summary>
/// The statements of <see cref="LeadSearch"/>. {0} and {1} are the range of numbers, {2} how many are wanted, {3} all words; for each word
/// follow its beginning and a pattern for it anywhere, and then the phrases.
/// </summary>
/// <remarks>
/// What comes after "few" waits for it: it costs nothing when there are enough nearby. "+ zero" keeps the planner from reading all numbers in
/// order; an array is gathered once, however few leads the planner believes in before its first statistics.
/// </remarks>
internal sealed class SearchSql
{
    private const int FirstWord = 4;

    /// <summary>Among how many leads is looked in order (a few milliseconds), before all matches are gathered.</summary>
    private const string Near = "5000";

    /// <summary>Parts of words that are shorter have no index.</summary>
    private const int ShortestIndexed = 3;

    private readonly string[] _words;
    private readonly string _order;
    private readonly string _says;
    private readonly string _inside;
    private readonly string _insideByIndex;

    public SearchSql(WordsQuery query, bool newestFirst)
    {
        _words = [.. query.Words];
        _order = newestFirst ? "desc" : "asc";
        _says = string.Concat(
            query.Phrases.Select((_, at) => $" and lead_says(number, {Value(FirstWord + (2 * _words.Length) + at)})")
        );
        _inside = IsInside(shortest: 1);
        _insideByIndex = IsInside(ShortestIndexed);
        Values =
        [
            query.All,
            .. query.Words.SelectMany(word => new object[] { WordsQuery.Beginning(word), $"%{Literally(word)}%" }),
            .. query.Phrases,
        ];
    }

    /// <summary>The parameters from {3} on.</summary>
    public object[] Values { get; }

    /// <summary>The first numbers in order.</summary>
    public string First =>
        $$"""
            with near as materialized (
                select number from ({{NearestWords}}) newest
                where words @@ {3}::tsquery {{_says}} order by number {{_order}} limit {2}),
            few as (select 0 as zero from near having count(*) < {2}),
            begun as materialized (
                select found.number from few, lateral (
                    select number + zero as number from lead_search
                    where words @@ {3}::tsquery and number + zero > {0} and number + zero < {1} {{_says}}
                    order by 1 {{_order}} limit {2}) found),
            {{Known("few where not exists (select from begun)")}},
            near_inside as materialized (
                select found.number from known, lateral (
                    select number + zero as number from ({{NearestTexts}}) leads
                    where ({{_inside}}) {{_says}} order by 1 {{_order}} limit {2}) found),
            inside as (
                select found.number from known, lateral (
                    select number + zero as number from leads
                    where deleted_at is null and number + zero > {0} and number + zero < {1} and ({{_insideByIndex}}) {{_says}}
                    order by 1 {{_order}} limit {2}) found
                where (select count(*) from near_inside) < {2})
            select unnest(array(
                select number from near union all select number from begun
                union all select number from near_inside union all select number from inside)) as "Value"
            """;

    /// <summary>Some numbers in no order, and so without reading all that match.</summary>
    public string Some =>
        $$"""
            with near as materialized (
                select number from ({{NearestWords}}) newest where words @@ {3}::tsquery {{_says}} limit {2}),
            few as (select 0 as zero from near having count(*) < {2}),
            begun as materialized (
                select found.number from few, lateral (
                    select number + zero as number from lead_search where words @@ {3}::tsquery {{_says}} limit {2}) found),
            {{Known("few where not exists (select from begun)")}},
            inside as (
                select distinct found.number from known, lateral (
                    (select number + zero as number from ({{NearestTexts}}) leads where ({{_inside}}) {{_says}} limit {2})
                    union all
                    (select number + zero from leads where deleted_at is null and ({{_insideByIndex}}) {{_says}} limit {2})) found)
            select unnest(array(
                select number from near where not exists (select from few)
                union all select number from begun union all select number from inside)) as "Value"
            """;

    /// <summary>All numbers that the index has, for a filter.</summary>
    public string Begun =>
        $$"""
            select unnest(array(
                select number from lead_search
                where words @@ {3}::tsquery and number > {0} and number < {1} {{_says}})) as "Value"
            """;

    /// <summary>All numbers in which a word that begins nothing anywhere is inside the name or the address, for a filter.</summary>
    public string Inside =>
        $$"""
            select unnest(array(
                with {{Known("(select 0 as zero) zeros")}}
                select found.number from known, lateral (
                    select number + zero as number from leads
                    where deleted_at is null and number + zero > {0} and number + zero < {1} and ({{_inside}}) {{_says}}) found)) as "Value"
            """;

    private string NearestWords =>
        $$"""select number, words from lead_search where number > {0} and number < {1} order by number {{_order}} limit {{Near}}""";

    private string NearestTexts =>
        $$"""
            select number, search_text from leads where deleted_at is null and number > {0} and number < {1}
            order by number {{_order}} limit {{Near}}
            """;

    // A row, unless every word begins something: a frequent one does nearby, of a rare one the index has few.
    private string Known(string from)
    {
        var known = string.Join(", ", _words.Select((_, at) => $"{IsKnown(at)} as known{at}"));
        var all = string.Join(" and ", _words.Select((_, at) => $"known{at}"));
        return $"known as materialized (select * from (select zero, {known} from {from}) words where not ({all}))";
    }

    private static string IsKnown(int at) =>
        $"""
            (exists (select from (select words from lead_search order by number desc limit 2000) newest where words @@ {Beginning(
                at
            )})
                or exists (select from lead_search where words @@ {Beginning(at)}))
            """;

    // Of a word that begins nothing: it is inside, and all others are there in their way.
    private string IsInside(int shortest)
    {
        var ways = Enumerable
            .Range(0, _words.Length)
            .Where(at => _words[at].Length >= shortest)
            .Select(at =>
            {
                var others = Enumerable.Range(0, _words.Length).Where(other => other != at).Select(Has);
                return string.Join(" and ", others.Prepend($"not known{at} and search_text like {Part(at)}"));
            });
        return string.Join(" or ", ways.DefaultIfEmpty("false"));
    }

    private static string Has(int at) =>
        $"""
            case when known{at} then (select words @@ {Beginning(
                at
            )} from lead_search where lead_search.number = leads.number)
                else search_text like {Part(at)} end
            """;

    private static string Beginning(int at) => $"{Value(FirstWord + (2 * at))}::tsquery";

    private static string Part(int at) => Value(FirstWord + (2 * at) + 1);

    private static string Value(int at) => string.Create(CultureInfo.InvariantCulture, $"{{{at}}}");

    private static string Literally(string word) =>
        word.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
}
