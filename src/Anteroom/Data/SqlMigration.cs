using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Anteroom.Data;

/// <summary>
/// A migration that is a plain SQL file of the same name in <c>Data/Migrations/</c>. EF Core's own migrator runs it, each
/// in a transaction, and keeps the history.
/// </summary>
public abstract class SqlMigration : Migration
{
    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        var id = GetType()
            .GetCustomAttributes(typeof(MigrationAttribute), false)
            .Cast<MigrationAttribute>()
            .Single()
            .Id;
        migrationBuilder.Sql(Read(id));
    }

    /// <summary>The statements of a migration.</summary>
    internal static string Read(string id)
    {
        using var file = typeof(SqlMigration).Assembly.GetManifestResourceStream($"{id}.sql")!;
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}

/// <summary>The first schema.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0001_initial")]
internal sealed class Initial : SqlMigration;

/// <summary>Assignment, tokens, signing keys, repeatable answers, limits.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0002_doors_and_assignment")]
internal sealed class DoorsAndAssignment : SqlMigration;

/// <summary>Waiting work, assignment by itself, the welcome email.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0003_work_and_outreach")]
internal sealed class WorkAndOutreach : SqlMigration;

/// <summary>The schedule, and what maintenance leaves behind.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0006_maintenance")]
public sealed class Maintenance : SqlMigration;

/// <summary>What reports count, and which have been written.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0008_reports")]
internal sealed class ReportFacts : SqlMigration;

/// <summary>The firm's own texts of emails, and who wants no more automatic email.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0004_templates_and_opt_out")]
internal sealed class TemplatesAndOptOut : SqlMigration;

/// <summary>Tasks, tags, texts to write with, merged leads, who is looking.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0010_lead_page")]
internal sealed class LeadPageTables : SqlMigration;

/// <summary>Email to all leads of a filter.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0005_bulk_email")]
public sealed class BulkEmail : SqlMigration;

/// <summary>The language of a prospect.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0013_languages")]
internal sealed class PublicLanguages : SqlMigration;

/// <summary>Figures by day.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0012_live_and_dashboard")]
internal sealed class LiveAndDashboard : SqlMigration;

/// <summary>The list and the board: trash, orders, what was read, saved views, undo.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0011_list_and_board")]
internal sealed class ListAndBoard : SqlMigration;

/// <summary>The administrators' panel: settings, what was done by whom, tokens with a name, sample data.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0009_settings")]
internal sealed class PanelSettings : SqlMigration;

/// <summary>The virus scanner's word on resumes.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0014_resume_scan")]
internal sealed class ResumeScan : SqlMigration;

/// <summary>Phone numbers in E.164.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0021_phone_numbers")]
internal sealed class PhoneNumbersE164 : SqlMigration;

/// <summary>Answers to the firm's own questions.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0035_answers")]
internal sealed class LeadAnswers : SqlMigration;

/// <summary>One outbox for every channel; claims that name their node.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0025_outbox")]
internal sealed class OneOutbox : SqlMigration;

/// <summary>Statuses as the program has them.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0030_statuses")]
public sealed class Statuses : SqlMigration;

/// <summary>Plainer words in the replies that come with the product.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0040_reply_wording")]
internal sealed class ReplyWording : SqlMigration;

/// <summary>Texts to begin an email with are snippets.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0045_snippets")]
internal sealed class SnippetsTable : SqlMigration;

/// <summary>The last accepted code of each authenticator app.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0050_code_steps")]
internal sealed class CodeSteps : SqlMigration;

/// <summary>Alarms say what is the matter, and are told once.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0046_alarms")]
internal sealed class AlarmDetails : SqlMigration;

/// <summary>Sessions on the server.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0051_sessions")]
internal sealed class SessionsOnServer : SqlMigration;

/// <summary>Links in emails to users.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0052_user_links")]
internal sealed class LinksToUsers : SqlMigration;

/// <summary>Lines of the audit log are kept as they were written.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0064_audit_guard")]
internal sealed class AuditGuard : SqlMigration;

/// <summary>One index for everything that a lead is found by.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0090_search")]
internal sealed class SearchIndex : SqlMigration;

/// <summary>Who becomes free wakes as many of the leads that wait as there may be room for.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0070_release_waiting")]
internal sealed class ReleaseWaiting : SqlMigration;

/// <summary>What changed about leads, for programs that keep a copy.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0080_lead_changes")]
internal sealed class LeadChangesLog : SqlMigration;

/// <summary>Which reports went to which address of the firm.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0081_report_copies")]
internal sealed class CopiesOfReports : SqlMigration;

/// <summary>The text of resumes is kept.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0085_resume_words")]
internal sealed class TextOfResumes : SqlMigration;

/// <summary>People of the firm add files to a lead.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0095_lead_files")]
internal sealed class FilesOfLeads : SqlMigration;

/// <summary>Facts are found in the text of resumes.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0086_resume_facts")]
internal sealed class FactsOfResumes : SqlMigration;

/// <summary>PDFs and pictures of files are kept.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0098_resume_copies")]
internal sealed class CopiesOfResumes : SqlMigration;

/// <summary>Leads are found by the names and notes of their files.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0099_file_words")]
internal sealed class WordsOfFiles : SqlMigration;

/// <summary>Why the text of a resume could not be read.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0097_reading_problems")]
internal sealed class ProblemsOfReading : SqlMigration;

/// <summary>Attorneys take several practice areas, and have working hours.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0100_hours_and_areas")]
internal sealed class HoursAndAreas : SqlMigration;

/// <summary>Reports over a long time are added up from days.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0101_report_days")]
internal sealed class DaysOfReports : SqlMigration;

/// <summary>Prospects are told a code that does not count the firm's leads.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0104_codes")]
internal sealed class CodesOfLeads : SqlMigration;

/// <summary>Why leads were declined.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0102_declines")]
internal sealed class ReasonsOfDeclines : SqlMigration;

/// <summary>Tasks that repeat and remind; what people are told.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0103_tasks_and_notices")]
internal sealed class TasksAndNotices : SqlMigration;

/// <summary>Each user's own language and time zone.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0110_readers")]
internal sealed class LanguagesOfUsers : SqlMigration;

/// <summary>What waits remembers the trace of its cause.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0111_traces")]
internal sealed class TracesOfRows : SqlMigration;

/// <summary>Errors of all nodes, grouped.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0112_error_groups")]
internal sealed class GroupsOfErrors : SqlMigration;

/// <summary>The first contact is due by the firm's hours.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0106_office_hours")]
internal sealed class HoursOfTheFirm : SqlMigration;

/// <summary>The audit log is a chain of hashes.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0123_audit_chain")]
internal sealed class ChainOfAudit : SqlMigration;

/// <summary>Legal holds, and certificates of erasure.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0124_holds_and_certificates")]
internal sealed class HoldsAndCertificates : SqlMigration;

/// <summary>Queues are paused, limited, counted and looked into; nodes say how they do.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0114_operations")]
internal sealed class Operations : SqlMigration;

/// <summary>Alarms say what to do, and their end is told.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0115_attention")]
internal sealed class AttentionToAlarms : SqlMigration;

/// <summary>Sizes are kept by day.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0116_sizes")]
internal sealed class SizesByDay : SqlMigration;

/// <summary>Operators see how the product runs, and nothing else.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0117_operators")]
internal sealed class Operators : SqlMigration;

/// <summary>Leads of other systems and of files.</summary>
[DbContext(typeof(AnteroomDb))]
[Migration("0119_imports")]
internal sealed class Imports : SqlMigration;
