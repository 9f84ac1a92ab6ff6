namespace Anteroom.Admin;

/// <summary>A part of what is known about a person.</summary>
/// <param name="Name">For programs.</param>
/// <param name="Title">For people.</param>
/// <param name="Sql">
/// One column of JSON. $1: the leads' ids; $2: their numbers as text; $3: their addresses in lower case.
/// </param>
internal sealed record PersonPart(string Name, string Title, string Sql)
{
    // How a line of the audit log about several leads names them: "…, 2 leads: 3, 7".
    private const string NamesOne =
        @"subject = 'leads' and exists (select from regexp_matches(summary, '\d+', 'g') m where m[1] = any ($2))";

    /// <summary>All of them. What only nodes need, and who looked when, is left out.</summary>
    public static IReadOnlyList<PersonPart> All { get; } =
    [
        new(
            "leads",
            "Inquiries",
            "select to_jsonb(l) - array['search_text', 'submission_key', 'phone_digits'] from leads l where id = any ($1) order by number"
        ),
        new(
            "consent",
            "Consent",
            "select to_jsonb(c) || jsonb_build_object('lead', number, 'agreed_at', created_at) from leads join consent_texts c on version = consent_version where id = any ($1) order by number"
        ),
        new(
            "timeline",
            "Timeline and notes",
            "select to_jsonb(a) from activities a where lead_id = any ($1) order by id"
        ),
        new(
            "emails",
            "Emails",
            "select to_jsonb(e) - array['claim', 'claimed_by', 'leased_until'] from outbox e where lead_id = any ($1) order by id"
        ),
        new(
            "files",
            "Files",
            "select to_jsonb(r) - array['words', 'sha256'] || jsonb_build_object('sha256', encode(sha256, 'hex')) from resumes r where lead_id = any ($1) order by id"
        ),
        new(
            "texts_of_files",
            "What was read from the files",
            "select to_jsonb(w) from resume_words w join resumes on resumes.id = resume_id where lead_id = any ($1) order by resume_id"
        ),
        new("tasks", "Tasks", "select to_jsonb(t) from tasks t where lead_id = any ($1) order by id"),
        new(
            "tags",
            "Tags",
            "select jsonb_build_object('lead_id', lead_id, 'tag', name) from lead_tags join tags on tags.id = tag_id where lead_id = any ($1) order by lead_id, name"
        ),
        new("declines", "Declined because", "select to_jsonb(d) from declines d where lead_id = any ($1)"),
        new("mailings", "Mailings", "select to_jsonb(b) from bulk_recipients b where lead_id = any ($1)"),
        new(
            "imports",
            "Rows of imported files",
            "select to_jsonb(i) - array['content', 'key'] from import_rows i where lead_id = any ($1) order by import_id, line"
        ),
        new(
            "merged",
            "Merged inquiries",
            "select to_jsonb(m) from merged_leads m where into_id = any ($1) order by number"
        ),
        new("legal_holds", "Legal holds", "select to_jsonb(h) from legal_holds h where lead_id = any ($1)"),
        new("opt_outs", "Objections to automatic email", "select to_jsonb(o) from opt_outs o where address = any ($3)"),
        new(
            "audit",
            "Audit log",
            $"select to_jsonb(a) from audit a where subject = any (select 'lead:' || n from unnest($2::text[]) n) or {NamesOne} order by id"
        ),
    ];
}
