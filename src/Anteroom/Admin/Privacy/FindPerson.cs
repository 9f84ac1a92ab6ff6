using System.Globalization;
using Anteroom.Data;
using Npgsql;

namespace Anteroom.Admin;

/// <summary>A lead of somebody, in the trash or not.</summary>
/// <param name="Id">The key.</param>
/// <param name="Number">Its number.</param>
/// <param name="FullName">Of the person.</param>
/// <param name="Email">Their address; empty for none.</param>
/// <param name="Status">The wire name.</param>
/// <param name="CreatedAt">When it came in, UTC.</param>
/// <param name="InTrash">It was deleted.</param>
/// <param name="Files">Files that are there.</param>
/// <param name="Emails">Emails about it.</param>
/// <param name="Hold">Why it is on legal hold; null when it is not.</param>
public sealed record PersonLead(
    Guid Id,
    long Number,
    string FullName,
    string Email,
    string Status,
    DateTimeOffset CreatedAt,
    bool InTrash,
    long Files,
    long Emails,
    string? Hold
);

/// <summary>Finds every lead of one person: by a lead's number, an email address or a phone number.</summary>
public sealed class FindPerson(NpgsqlDataSource database)
{
    /// <summary>Leads that are found, at most.</summary>
    public const int Most = 100;

    // Fewer digits are a lead's number.
    private const int LeastDigits = 7;

    /// <summary>Their leads, newest first; a lead's number also finds the others with its address or phone number.</summary>
    public async Task<IReadOnlyList<PersonLead>> RunAsync(string text, CancellationToken cancellation)
    {
        var asked = text.Trim();
        var digits = new string([.. asked.Where(char.IsAsciiDigit)]);
        var isNumber =
            long.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && asked.Length < LeastDigits;
        var isPhone =
            !isNumber
            && digits.Length >= LeastDigits
            && asked.All(letter => char.IsAsciiDigit(letter) || " +-().".Contains(letter));
        return await database.QueryAsync<PersonLead>(
            $"""
            with asked as (
                select * from leads where {(
                isNumber ? "number = $1::bigint or id in (select into_id from merged_leads where number = $1::bigint)"
                : isPhone ? "phone_digits like '%' || $1::text"
                : "lower(email) = lower($1::text) and email <> ''"
            )}
                order by number desc limit {Most}
            )
            select leads.id, leads.number, trim(leads.first_name || ' ' || leads.last_name) as full_name, leads.email, leads.status, leads.created_at,
                leads.deleted_at is not null as in_trash,
                (select count(*) from resumes where lead_id = leads.id and resumes.deleted_at is null) as files,
                (select count(*) from emails where lead_id = leads.id) as emails, reason as hold
            from leads left join legal_holds on legal_holds.lead_id = leads.id
            where leads.id in (
                select id from asked
                union select other.id from leads other join asked
                    on other.email <> '' and lower(other.email) = lower(asked.email)
                    or other.phone_e164 is not null and other.phone_e164 = asked.phone_e164
            )
            order by leads.number desc limit {Most}
            """,
            cancellation,
            isNumber ? Sql.Value(number) : Sql.Value(isPhone ? digits : asked)
        );
    }
}
