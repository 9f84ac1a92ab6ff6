using Npgsql;

namespace Anteroom.Leads;

/// <summary>A lead that may be the same person.</summary>
/// <param name="Number">Its number.</param>
/// <param name="FullName">First and last name.</param>
/// <param name="Email">Its address.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="CreatedAt">When it came in, UTC.</param>
/// <param name="SameEmail">It has the same address.</param>
/// <param name="SamePhone">It has the same phone number.</param>
public sealed record PossibleDuplicate(
    long Number,
    string FullName,
    string Email,
    LeadStatus Status,
    DateTimeOffset CreatedAt,
    bool SameEmail,
    bool SamePhone
);

/// <summary>
/// Finds leads that may be the same person: same email address in any case, same phone number in any notation, or a similar name.
/// </summary>
/// <remarks>
/// Address and phone have indexes. Names are compared by trigrams (pg_trgm), but only with the newest leads that share a first or last
/// name according to the word index, so the cost does not grow with the number of leads.
/// </remarks>
internal static class Duplicates
{
    // Shown on a page, at most.
    public const int Most = 5;

    // Of those that share a part of the name.
    private const int Compared = 200;

    // The least similarity that counts; 1 means identical.
    private const string Alike = "0.5";

    /// <summary>Adds the query to a batch; its rows are <see cref="PossibleDuplicate"/>s.</summary>
    /// <param name="batch">Where to.</param>
    /// <param name="lead">The lead.</param>
    /// <param name="onlyFor">Only leads of this user or of nobody; null for all.</param>
    public static void Ask(NpgsqlBatch batch, Lead lead, CurrentUser? onlyFor)
    {
        var first = SearchText.For(lead.FirstName);
        var last = SearchText.For(lead.LastName);
        Data.Sql.Add(
            batch,
            $"""
            with named as (
                select number from ({Sharing("$5")} union {Sharing("$6")}) shared
            )
            select number, rtrim(first_name || ' ' || last_name) as full_name, email, status, created_at, same_email, same_phone
            from (
                select *, email <> '' and lower(email) = lower($2) as same_email,
                    coalesce(
                        case when phone_e164 is null or $9::text is null then phone_digits = $3 else phone_e164 = $9 end, false
                    ) as same_phone,
                    similarity(regexp_replace(search_text, ' [^ ]*$', ''), $4) as alike
                from leads
                where number in (
                    ({With("$7")} order by number desc limit 50)
                    union (select number from leads where phone_digits = $3 order by number desc limit 50)
                    union (select number from leads where phone_e164 = $9 order by number desc limit 50)
                    union select number from named
                ) and id <> $1 and deleted_at is null and ($8::uuid is null or assigned_to is null or assigned_to = $8)
            ) candidates
            where same_email or same_phone or alike >= case when $10 then 1 else {Alike} end
            order by same_email desc, same_phone desc, alike desc, number desc limit {Most}
            """,
            Data.Sql.Value(lead.Id),
            Data.Sql.Value(lead.Email),
            Data.Sql.Value(PhoneNumber.Digits(lead.Phone)),
            Data.Sql.Value($"{first} {last}".TrimEnd()),
            Data.Sql.Value(WordsQuery.Exactly(first.Split(' ')[0])),
            Data.Sql.Value(WordsQuery.Exactly(last.Split(' ')[^1])),
            Data.Sql.Value(WordsQuery.Exactly(SearchText.For(lead.Email))),
            Data.Sql.Value(onlyFor?.Id),
            Data.Sql.Value(lead.PhoneE164),
            Data.Sql.Value(last.Length == 0)
        );
    }

    // The newest with the word.
    private static string Sharing(string word) => $"({With(word)} order by number desc limit {Compared})";

    private static string With(string word) => $"select number from lead_search where words @@ {word}::tsquery";
}
