namespace Anteroom.Admin;

/// <summary>
/// Everything that the data browser can show, table by table and column by column. A table that is not here is
/// <see cref="LeftOut"/>, with the reason: a test holds both lists against the database, so that a new table is decided about.
/// </summary>
public static class DataTables
{
    // Links that open something stay hidden: only their recipients may have them.
    private const string WithoutLinks = """
        case when kind in ('invitation', 'password_reset') then '••• (holds a link that sets a password)'
        else regexp_replace({0}, '(/unsubscribe/|/password\?|/setup\?)[^\s"''<>]+', '\1•••', 'g') end
        """;

    /// <summary>The tables, in the order of the page.</summary>
    public static IReadOnlyList<DataTable> All { get; } =
    [
        new(
            "leads",
            "Leads",
            "Every inquiry.",
            ["number"],
            [
                new("number"),
                new("code"),
                new("first_name"),
                new("last_name"),
                new("email"),
                new("phone"),
                new("status"),
                new("practice_area"),
                new("source"),
                User("assigned_to"),
                new("assigned_at"),
                User("reached_out_by"),
                new("reached_out_at"),
                new("retained_at"),
                new("closed_at"),
                new("needs_call"),
                new("welcome_until"),
                new("language"),
                new("written_to_at"),
                new("deleted_at"),
                User("deleted_by"),
                new("sample"),
                new("consent_version") { Refers = "consent_texts" },
                new("created_at"),
                new("updated_at"),
                new("id"),
                new("phone_digits") { IsLong = true },
                new("phone_e164") { IsLong = true },
                new("message") { IsLong = true },
                new("search_text") { IsLong = true },
                new("submission_key") { IsSecret = true, IsLong = true },
            ]
        )
        {
            IsPersonal = true,
            Search = ["search_text"],
            Sort = ["created_at"],
        },
        new(
            "resumes",
            "Resumes",
            "Details of each file; the files themselves are in the store.",
            ["id"],
            [
                Lead(),
                new("file_name"),
                new("type"),
                new("bytes"),
                new("scan_state"),
                new("scan_finding"),
                new("deleted_at"),
                new("came_with"),
                new("added_at"),
                User("added_by"),
                new("note"),
                new("storage_key"),
                new("id"),
                new("sha256") { Shown = "encode(sha256, 'hex')", IsLong = true },
            ]
        )
        {
            IsPersonal = true,
        },
        new(
            "resume_copies",
            "Previews of files",
            "PDFs and pictures made of files; they are in the store, too.",
            ["id"],
            [
                new("resume_id") { Refers = "resumes" },
                new("kind"),
                new("bytes"),
                new("made_at"),
                new("storage_key"),
                new("id"),
                new("sha256") { Shown = "encode(sha256, 'hex')", IsLong = true },
            ]
        )
        {
            IsPersonal = true,
        },
        new(
            "emails",
            "Emails",
            "The outbox: every email and its delivery.",
            ["id"],
            [
                new("created_at"),
                new("kind"),
                new("state"),
                new("to_address"),
                new("subject"),
                Lead(),
                new("attempts"),
                new("next_attempt_at"),
                new("sent_at"),
                new("failed_at"),
                new("last_error"),
                new("waits_for_server"),
                User("on_behalf_of"),
                new("bulk_id") { Refers = "bulk_mailings" },
                new("repeats") { Refers = "emails" },
                new("came_with"),
                new("to_name"),
                new("from_name"),
                new("reply_to"),
                new("id"),
                new("message_id") { IsLong = true },
                new("leased_until") { IsLong = true },
                new("ran_on") { IsLong = true },
                new("tries") { IsLong = true },
                new("trace") { IsLong = true },
                new("text") { Shown = WithoutLinks.Replace("{0}", "text", StringComparison.Ordinal), IsLong = true },
                new("html") { Shown = WithoutLinks.Replace("{0}", "html", StringComparison.Ordinal), IsLong = true },
            ]
        )
        {
            IsPersonal = true,
            Search = ["to_address", "subject"],
        },
        new(
            "activities",
            "Timelines",
            "Every line of every lead's timeline.",
            ["id"],
            [new("at"), Lead(), new("kind"), new("actor"), new("summary"), User("actor_id"), new("id")]
        )
        {
            IsPersonal = true,
            Search = ["summary"],
        },
        new(
            "tasks",
            "Tasks",
            "Tasks about leads.",
            ["id"],
            [
                new("title"),
                Lead(),
                new("due_on"),
                new("repeats"),
                User("assigned_to"),
                User("created_by"),
                new("created_at"),
                new("done_at"),
                User("done_by"),
                new("reminded_at"),
                new("month_day") { IsLong = true },
                new("follows") { Refers = "tasks", IsLong = true },
                new("id"),
            ]
        )
        {
            IsPersonal = true,
            Search = ["title"],
        },
        new(
            "tags",
            "Tags",
            "Tags for leads.",
            ["id"],
            [new("name"), new("colour"), new("key"), new("created_at"), new("id")]
        )
        {
            Search = ["name"],
        },
        new(
            "lead_tags",
            "Tags of leads",
            "Tags of each lead.",
            ["lead_id", "tag_id"],
            [Lead(), new("lead_number"), new("tag_id") { Refers = "tags" }]
        ),
        new(
            "merged_leads",
            "Merged leads",
            "Redirects from merged leads.",
            ["number"],
            [
                new("number"),
                new("into_id") { Refers = "leads" },
                User("merged_by"),
                new("merged_at"),
                new("id"),
                new("code"),
            ]
        ),
        new(
            "undos",
            "Changes that can be taken back",
            "Recent changes to several leads, for undo.",
            ["id"],
            [
                new("at"),
                User("user_id"),
                new("kind"),
                new("became"),
                new("changed"),
                new("undone_at"),
                new("restored"),
                new("id"),
                new("left_out") { IsLong = true },
                new("leads") { IsLong = true },
            ]
        )
        {
            IsPersonal = true,
        },
        new(
            "declines",
            "Reasons for declining",
            "Why leads were declined.",
            ["lead_id"],
            [Lead(), new("at"), new("reason"), new("note")]
        )
        {
            IsPersonal = true,
        },
        new(
            "snippets",
            "Snippets",
            "Starting points for emails to prospects.",
            ["id"],
            [
                new("name"),
                new("subject"),
                User("changed_by"),
                new("changed_at"),
                new("id"),
                new("text") { IsLong = true },
            ]
        )
        {
            Search = ["name"],
        },
        new(
            "views",
            "Views",
            "Saved views.",
            ["id"],
            [new("name"), User("owner"), new("query"), new("columns"), new("position"), new("id")]
        )
        {
            Search = ["name"],
        },
        new(
            "list_settings",
            "How people want the list",
            "Columns and row spacing.",
            ["user_id"],
            [User("user_id"), new("columns"), new("density")]
        ),
        new(
            "users",
            "Users",
            "Everyone at the firm who has an account.",
            ["number"],
            [
                new("number"),
                new("user_name"),
                new("full_name"),
                new("email"),
                new("role"),
                new("active"),
                new("available"),
                new("away_until"),
                new("capacity"),
                new("practice_area") { IsLong = true },
                new("practice_areas") { IsLong = true },
                new("work_days") { IsLong = true },
                new("work_from") { IsLong = true },
                new("work_until") { IsLong = true },
                new("last_assigned_at"),
                new("gets_reports"),
                new("two_factor_enabled"),
                new("access_failed_count"),
                new("lockout_end"),
                new("last_code_step") { IsLong = true },
                new("sample"),
                new("created_at"),
                new("changed_at"),
                new("id"),
                new("email_confirmed") { IsLong = true },
                new("phone_number") { IsLong = true },
                new("password_hash") { IsSecret = true, IsLong = true },
                new("security_stamp") { IsSecret = true, IsLong = true },
            ]
        )
        {
            IsPersonal = true,
            Search = ["user_name", "full_name", "email"],
            Sort = ["full_name", "created_at"],
        },
        new(
            "user_passkeys",
            "Passkeys",
            "The public keys of passkeys.",
            ["credential_id"],
            [
                User("user_id"),
                new("name") { Shown = "data ->> 'Name'" },
                new("created_at") { Shown = "data ->> 'CreatedAt'" },
                new("credential_id") { IsSecret = true },
            ]
        )
        {
            IsPersonal = true,
        },
        new(
            "api_tokens",
            "API tokens",
            "The tokens of the Django-style API; of each only the hash is kept.",
            ["id"],
            [
                new("name"),
                User("user_id"),
                new("created_at"),
                new("last_used_at"),
                new("expires_at"),
                new("id"),
                new("hash") { IsSecret = true, IsLong = true },
            ]
        ),
        new(
            "refresh_tokens",
            "Sign-ins of the JWT API",
            "The tokens that renew a sign-in; of each only the hash is kept.",
            ["family", "created_at"],
            [
                new("family"),
                User("user_id"),
                new("created_at"),
                new("used_at"),
                new("expires_at"),
                new("began_at"),
                new("user_agent") { IsLong = true },
                new("address"),
                new("hash") { IsSecret = true, IsLong = true },
                new("stamp") { IsSecret = true, IsLong = true },
            ]
        ),
        new(
            "user_links",
            "Links to users",
            "Links in emails that set a password or confirm an address; of each only the hash is kept.",
            ["user_id", "purpose"],
            [
                User("user_id"),
                new("purpose"),
                new("email"),
                new("created_at"),
                new("expires_at"),
                new("hash") { IsSecret = true, IsLong = true },
                new("stamp") { IsSecret = true, IsLong = true },
            ]
        )
        {
            IsPersonal = true,
        },
        new(
            "user_sessions",
            "Sign-ins to the pages",
            "Where people are and were signed in.",
            ["created_at", "id"],
            [
                User("user_id"),
                new("created_at"),
                new("seen_at"),
                new("ended_at"),
                new("address"),
                new("user_agent") { IsLong = true },
                new("confirmed_at") { IsLong = true },
                new("id") { IsSecret = true, IsLong = true },
                new("stamp") { IsSecret = true, IsLong = true },
            ]
        )
        {
            IsPersonal = true,
        },
        new(
            "signing_keys",
            "Signing keys",
            "What signs the tokens of the JWT API.",
            ["id"],
            [new("id"), new("created_at"), new("retires_at"), new("secret") { IsSecret = true }]
        ),
        new(
            "data_protection_keys",
            "Cookie keys",
            "What protects cookies and forms.",
            ["id"],
            [new("id"), new("friendly_name"), new("xml") { IsSecret = true }]
        ),
        new(
            "setup_links",
            "Set-up links",
            "Open links that create the first administrator.",
            ["created_at"],
            [new("created_at"), new("token_hash") { IsSecret = true }]
        ),
        new(
            "work",
            "Work",
            "Background work that is waiting or was done recently.",
            ["id"],
            [
                new("created_at"),
                new("kind"),
                new("state"),
                new("subject"),
                new("attempts"),
                new("next_attempt_at"),
                new("last_error"),
                new("finished_at"),
                new("leased_until"),
                new("ran_on"),
                new("id"),
                new("tries") { IsLong = true },
                new("trace") { IsLong = true },
            ]
        ),
        new(
            "queue_controls",
            "Controls of queues",
            "Kinds of work that are paused or limited.",
            ["queue", "kind"],
            [
                new("queue"),
                new("kind"),
                new("paused_at"),
                new("paused_by"),
                new("per_minute"),
                new("tokens"),
                new("tokens_at"),
            ]
        ),
        new(
            "queue_acts",
            "Acts on queues",
            "Many items that were tried again or taken off at once.",
            ["id"],
            [
                new("asked_at"),
                new("settlement"),
                new("words"),
                new("asked_by_name"),
                new("total"),
                new("done"),
                new("finished_at"),
                new("stopped_by"),
                User("asked_by"),
                new("last_at") { IsLong = true },
                new("last_id") { IsLong = true },
                new("filter") { IsLong = true },
                new("id"),
            ]
        ),
        new(
            "nodes",
            "Nodes",
            "The processes of Anteroom as they last told of themselves.",
            ["id"],
            [
                new("machine"),
                new("process"),
                new("role"),
                new("version"),
                new("started_at"),
                new("seen_at"),
                new("ended_at"),
                new("memory_bytes"),
                new("disk_free_bytes"),
                new("disk_bytes"),
                new("clock_ahead_seconds"),
                new("id"),
            ]
        ),
        new(
            "notices",
            "Notifications",
            "What people of the firm were told.",
            ["id"],
            [
                new("at"),
                User("user_id"),
                new("kind"),
                Lead(),
                new("read_at"),
                new("text"),
                new("on_page") { IsLong = true },
                new("in_browser") { IsLong = true },
                new("id"),
            ]
        )
        {
            IsPersonal = true,
        },
        new(
            "notice_choices",
            "Choices of notifications",
            "How people want to be told, where it is not in every way.",
            ["user_id", "kind"],
            [User("user_id"), new("kind"), new("page"), new("email"), new("browser")]
        ),
        new(
            "conditions",
            "Conditions",
            "Current alerts.",
            ["name"],
            [new("name"), new("since"), new("detail"), new("advice"), new("link") { IsLong = true }]
        ),
        new(
            "past_conditions",
            "Past conditions",
            "Alerts that are over.",
            ["id"],
            [new("ended_at"), new("since"), new("name"), new("detail"), new("told") { IsLong = true }, new("id")]
        ),
        new(
            "size_days",
            "Sizes",
            "How large the database and the files were, day by day.",
            ["day"],
            [new("day"), new("database_bytes"), new("files_bytes"), new("files")]
        ),
        new(
            "bulk_mailings",
            "Bulk mailings",
            "Emails to every lead that matches a filter.",
            ["id"],
            [
                new("created_at"),
                new("state"),
                new("subject"),
                new("filter"),
                User("created_by"),
                new("confirmed_at"),
                new("finished_at"),
                new("opted_out"),
                new("unreachable"),
                new("duplicates"),
                new("id"),
                new("text") { IsLong = true },
                new("html") { IsLong = true },
            ]
        )
        {
            Search = ["subject"],
        },
        new(
            "bulk_recipients",
            "Recipients of bulk mailings",
            "The recipients of each.",
            ["bulk_id", "position"],
            [new("bulk_id") { Refers = "bulk_mailings" }, new("position"), Lead(), new("state")]
        ),
        new(
            "mail_templates",
            "Templates",
            "The firm's own email templates.",
            ["kind"],
            [
                new("kind"),
                new("subject"),
                User("changed_by"),
                new("changed_at"),
                new("failure"),
                new("failed_at"),
                new("text") { IsLong = true },
                new("html") { IsLong = true },
            ]
        ),
        new(
            "mail_template_drafts",
            "Drafts of templates",
            "Templates being edited.",
            ["user_id", "kind"],
            [
                User("user_id"),
                new("kind"),
                new("subject"),
                new("written_at"),
                new("text") { IsLong = true },
                new("html") { IsLong = true },
            ]
        ),
        new("opt_outs", "Opt-outs", "Who unsubscribed from automatic email.", ["address"], [new("address"), new("at")])
        {
            IsPersonal = true,
            Search = ["address"],
        },
        new(
            "report_runs",
            "Reports by email",
            "Which reports have been written for whom.",
            ["period_start", "kind", "user_id"],
            [new("period_start"), new("kind"), User("user_id"), new("email_id") { Refers = "emails" }, new("at")]
        ),
        new(
            "report_copies",
            "Reports to addresses",
            "Which reports have been written for which address of the firm.",
            ["period_start", "kind", "address"],
            [new("period_start"), new("kind"), new("address"), new("email_id") { Refers = "emails" }, new("at")]
        )
        {
            IsPersonal = true,
        },
        new(
            "settings",
            "Settings",
            "Values set on the settings page.",
            ["key"],
            [
                new("key"),
                new("value") { Shown = "case when key = 'Mail:Password' then '•••' else value end" },
                new("changed_at"),
                User("changed_by"),
            ]
        )
        {
            Search = ["key"],
        },
        new(
            "imports",
            "Imports",
            "Leads that came from files and other systems. Their own page is easier to read.",
            ["id"],
            [
                new("created_at"),
                new("kind"),
                new("name"),
                new("state"),
                new("total"),
                new("seen"),
                new("added"),
                new("updated"),
                new("skipped"),
                new("refused"),
                new("taken_back"),
                new("left_alone"),
                User("created_by"),
                new("created_by_name"),
                new("written_at"),
                new("id"),
                new("sha256") { Shown = "encode(sha256, 'hex')", IsLong = true },
                new("headers") { IsLong = true },
                new("choices") { IsLong = true },
            ]
        ),
        new(
            "import_rows",
            "Rows of imports",
            "What became of each row.",
            ["import_id", "line"],
            [
                new("import_id") { Refers = "imports" },
                new("line"),
                new("outcome"),
                new("reason"),
                Lead(),
                new("same_as"),
                new("email"),
                new("phone"),
                new("cells") { IsLong = true },
                new("before") { IsLong = true },
                new("content") { IsSecret = true, IsLong = true },
                new("key") { IsSecret = true, IsLong = true },
            ]
        )
        {
            IsPersonal = true,
        },
        new(
            "import_presets",
            "Import presets",
            "What the columns of files mean, by name.",
            ["id"],
            [new("name"), new("created_at"), new("headers"), new("choices") { IsLong = true }, new("id")]
        ),
        new(
            "consent_texts",
            "Consent texts",
            "Every text that prospects were asked to agree to.",
            ["version"],
            [new("version"), new("since"), new("text")]
        ),
        new(
            "logos",
            "Logo",
            "The firm's logo.",
            ["digest"],
            [new("digest"), new("type"), new("added_at"), new("content") { Shown = "length(content) || ' bytes'" }]
        ),
        new(
            "audit",
            "Audit log",
            "Who did what when. Its own page is easier to read.",
            ["id"],
            [
                new("at"),
                new("actor"),
                new("kind"),
                new("summary"),
                new("subject"),
                new("address"),
                User("actor_id"),
                new("id"),
                new("details") { IsLong = true },
            ]
        )
        {
            Search = ["summary"],
        },
        new(
            "legal_holds",
            "Legal holds",
            "Leads that nobody and no job erases.",
            ["lead_id"],
            [new("lead_id") { Refers = "leads" }, new("reason"), new("placed_at"), User("placed_by")]
        ),
        new(
            "erasure_certificates",
            "Certificates of erasure",
            "What was erased when, and nothing of what it was.",
            ["number"],
            [
                new("number"),
                new("at"),
                new("by_name"),
                new("reason"),
                new("leads"),
                new("document") { IsLong = true },
                new("sha256") { Shown = "encode(sha256, 'hex')" },
            ]
        ),
        new(
            "audit_seals",
            "Chain of the audit log",
            "The hash of each line and all before it.",
            ["seq"],
            [
                new("seq"),
                new("entry_id") { Refers = "audit" },
                new("sealed_at"),
                new("hash") { Shown = "encode(hash, 'hex')" },
            ]
        ),
        new(
            "audit_unsealed",
            "Lines outside the chain",
            "Lines of the audit log that are sealed within seconds.",
            ["id"],
            [new("id") { Refers = "audit" }]
        ),
        new(
            "health_samples",
            "Measurements",
            "System health, minute by minute.",
            ["at", "node"],
            [
                new("at"),
                new("node"),
                new("mail_waiting"),
                new("mail_failed"),
                new("work_waiting"),
                new("work_failed"),
                new("leads_waiting"),
                new("database_bytes"),
                new("database_connections"),
                new("disk_free_bytes"),
                new("memory_bytes"),
                new("threads"),
                new("mail_oldest_seconds") { IsLong = true },
                new("work_oldest_seconds") { IsLong = true },
                new("leads_oldest_seconds") { IsLong = true },
                new("thread_queue") { IsLong = true },
            ]
        ),
        new(
            "error_groups",
            "Errors",
            "What went wrong inside, by kind.",
            ["fingerprint"],
            [
                new("last_at"),
                new("type"),
                new("count"),
                new("first_at"),
                new("template"),
                new("place"),
                new("category"),
                new("node"),
                new("trace_id"),
                new("request_id"),
                new("fingerprint") { IsLong = true },
                new("stack") { IsLong = true },
            ]
        ),
        new(
            "job_reports",
            "Reports of jobs",
            "What a run of the schedule had to say.",
            ["job", "fire_id"],
            [new("at"), new("job"), new("fire_id"), new("report") { IsLong = true }]
        ),
        new(
            "rate_limits",
            "Rate limits",
            "Recent requests, for rate limits.",
            ["key"],
            [new("key"), new("tokens"), new("at")]
        )
        {
            Search = ["key"],
        },
        new(
            "idempotency_keys",
            "Idempotency keys",
            "Idempotent answers, kept for a day.",
            ["key"],
            [
                new("created_at"),
                Lead(),
                new("key") { IsSecret = true },
                new("fingerprint") { IsSecret = true, IsLong = true },
            ]
        ),
        new(
            "schema_versions",
            "Schema",
            "Migrations the database has had.",
            ["MigrationId"],
            [new("MigrationId"), new("ProductVersion")]
        ),
    ];

    /// <summary>What is not for looking at, and why.</summary>
    public static IReadOnlyDictionary<string, string> LeftOut { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["outbox"] =
                "The table behind Emails; messages on other channels stand on the page of queues and on their leads.",
            ["replies"] = "The view of snippets for nodes of the version before, during an update.",
            ["lead_counts"] = "The database's own sums; Leads shows what they are of.",
            ["resume_words"] = "The text of resumes, which the page of each lead shows.",
            ["lead_search"] = "The database's own index for searching.",
            ["kept_files"] =
                "The view of all files that the store has to have; Resumes and Previews of files show them.",
            ["quarantined_files"] = "The view of leads with a file in quarantine, which their list shows.",
            ["lead_changes"] =
                "Which lead changed when, for programs that keep a copy; its timeline says what happened.",
            ["queue_minutes"] = "Sums of what was done, which the pages of queues draw.",
            ["queue_hours"] = "Sums of what was done, which the pages of queues draw.",
            ["lead_days"] = "The database's own sums for the dashboard.",
            ["contact_days"] = "The database's own sums for the dashboard.",
            ["report_days"] = "The database's own sums for reports.",
            ["report_parts"] = "The database's own sums for reports.",
            ["report_changes"] = "What the sums for reports do not have yet.",
            ["lead_reads"] = "Who looked at which lead and when: only for unread marks, and private.",
            ["lead_viewers"] = "Who is viewing a lead right now; gone within a minute.",
            ["user_claims"] = "Of Identity's, and empty here.",
            ["user_logins"] = "Which user came from which other system; their own page is about them.",
            ["user_tokens"] = "Second factors and recovery codes: nothing but secrets.",
        };

    private static readonly Dictionary<string, DataTable> ByName = All.ToDictionary(
        table => table.Name,
        StringComparer.Ordinal
    );

    /// <summary>A table; null when there is none of that name to be seen.</summary>
    public static DataTable? Find(string name) => ByName.GetValueOrDefault(name);

    private static DataColumn User(string name) => new(name) { Refers = "users" };

    private static DataColumn Lead() => new("lead_id") { Refers = "leads" };
}
