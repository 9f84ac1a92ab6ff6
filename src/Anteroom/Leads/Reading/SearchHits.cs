using Anteroom.Data;
using Npgsql;

namespace Anteroom.Leads;

/// <summary>Where else than in name and address a search has found a lead.</summary>
/// <param name="Place"><c>phone</c>, <c>message</c>, <c>answer</c>, <c>note</c>, <c>tag</c>, <c>file</c>, <c>resume</c>.</param>
/// <param name="Text">What stands there, with the hits.</param>
public sealed record SearchHit(string Place, IReadOnlyList<MarkedPiece> Text)
{
    /// <summary>The place for people: <c>Message</c>.</summary>
    public string Label => $"{char.ToUpperInvariant(Place[0])}{Place[1..]}";

    /// <summary>What it can be found in, in the order in which one is shown.</summary>
    public static readonly IReadOnlyList<string> Places =
    [
        "phone",
        "message",
        "answer",
        "tag",
        "note",
        "file",
        "resume",
    ];
}

/// <summary>Shows why a search has found leads.</summary>
public sealed class SearchHits(NpgsqlDataSource database)
{
    /// <summary>Only this much of a resume is looked through, in characters.</summary>
    private const string Longest = "50000";

    /// <summary>
    /// The hits of a page of leads, by their numbers; one statement, and none when all words are in names and addresses. What a user may
    /// not see must not be among the leads.
    /// </summary>
    public async Task<IReadOnlyDictionary<long, SearchHit>> OfAsync(
        string? search,
        IEnumerable<(long Number, string Name, string Email)> leads,
        CancellationToken cancellation
    )
    {
        var words = WordsQuery.Read(search).Words;
        var open = leads
            .Select(lead => (lead.Number, Missing: Missing(words, $"{lead.Name} {lead.Email}")))
            .Where(lead => lead.Missing.Count > 0)
            .ToDictionary(lead => lead.Number, lead => lead.Missing);
        if (open.Count == 0)
            return new Dictionary<long, SearchHit>();
        var texts = await database.QueryAsync<TextRow>(
            $"""
            with them as (select id, number, phone, message, answers from leads where number = any ($1))
            select number, 'phone' place, 1 rank, phone as text from them where phone is not null
            union all select number, 'message', 2, message from them where message is not null
            union all select number, 'answer', 3, string_agg(answer, ', ')
                from them, jsonb_each(answers), jsonb_array_elements_text(value) answer group by number
            union all select lead_number, 'tag', 4, string_agg(name, ', ')
                from them join lead_tags on lead_id = them.id join tags on tags.id = tag_id group by lead_number
            union all select number, 'note', 5, summary from them join activities on lead_id = them.id where words is not null
            union all select number, 'file', 6, concat_ws(': ', file_name, note)
                from them join resumes on lead_id = them.id and deleted_at is null where words is not null
            union all select number, 'resume', 7, left(resume_words.text, {Longest})
                from them join resumes on lead_id = them.id and deleted_at is null join resume_words on resume_id = resumes.id
            order by number, rank
            """,
            cancellation,
            Sql.Value(open.Keys.ToArray())
        );
        var hits = new Dictionary<long, SearchHit>();
        foreach (var lead in texts.GroupBy(text => text.Number))
        {
            var best = lead.MaxBy(text => MarkedText.Found(text.Text, open[lead.Key]).Count)!;
            if (MarkedText.Around(best.Text, words) is { } marked)
                hits[lead.Key] = new(best.Place, marked);
        }

        return hits;
    }

    private static List<string> Missing(IReadOnlyList<string> words, string names)
    {
        var found = MarkedText.Found(names, words);
        // What is inside names and addresses needs no explanation either.
        var form = SearchText.For(names);
        return
        [
            .. words.Where(word =>
                !found.Contains(word, StringComparer.Ordinal) && !form.Contains(word, StringComparison.Ordinal)
            ),
        ];
    }

    private sealed record TextRow(long Number, string Place, int Rank, string Text);
}
