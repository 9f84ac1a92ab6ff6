using System.Data;
using System.Globalization;
using Anteroom.Firm;
using Anteroom.Telemetry;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>What assigning a lead and the emails about it need to know.</summary>
/// <param name="Id">The lead.</param>
/// <param name="Number">The number people say aloud.</param>
/// <param name="Code">What the prospect is told instead.</param>
/// <param name="CreatedAt">When it came in, UTC.</param>
/// <param name="FileName">The resume's; null without one.</param>
/// <param name="Facts">What the prospect said.</param>
/// <param name="WelcomeDueAt">When its welcome goes out by the firm's hours; null: by the clock.</param>
internal sealed record LeadBrief(
    Guid Id,
    long Number,
    string Code,
    DateTimeOffset CreatedAt,
    string? FileName,
    ProspectFacts Facts,
    DateTimeOffset? WelcomeDueAt = null
)
{
    /// <summary>The columns that <see cref="Read"/> expects.</summary>
    public static readonly string Columns =
        "leads.id, leads.number, leads.code, leads.created_at, leads.welcome_due_at, "
        + "(select file_name from resumes where resumes.lead_id = leads.id and came_with is null and added_at is null) as file_name, "
        + string.Join(", ", FactColumns.Names.Select(name => $"leads.{name}"));

    /// <summary>The trace in which the lead is being worked on; null for none.</summary>
    public string? Trace { get; init; } = Traces.Current;

    /// <summary>The address that email to the prospect goes to.</summary>
    public Mailbox Mailbox => new(Facts.Email, Facts.FullName);

    /// <summary>Reads the row.</summary>
    public static LeadBrief Read(NpgsqlDataReader reader) =>
        new(
            reader.GetGuid("id"),
            reader.GetInt64("number"),
            reader.GetString("code"),
            reader.GetFieldValue<DateTimeOffset>("created_at"),
            reader["file_name"] as string,
            FactColumns.Read(reader),
            reader.IsDBNull("welcome_due_at") ? null : reader.GetFieldValue<DateTimeOffset>("welcome_due_at")
        );

    /// <summary>
    /// The merge fields of every email to the prospect: no number, which would count the firm's leads; a text that asks for it has the code.
    /// </summary>
    public Dictionary<string, object?> MergeFieldsForProspect(FirmOptions firm, Language language = Language.En) =>
        new(MergeFields(firm, language), StringComparer.Ordinal) { ["number"] = Code };

    /// <summary>The merge fields of every email about it to people of the firm: each fact by name, and the answers.</summary>
    public Dictionary<string, object?> MergeFields(FirmOptions firm, Mailbox reader) =>
        MergeFields(firm, reader.Reads, reader.Zone);

    /// <summary>The same in a language, with times in a zone, or in UTC.</summary>
    public Dictionary<string, object?> MergeFields(
        FirmOptions firm,
        Language language = Language.En,
        TimeZoneInfo? zone = null
    )
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["firm"] = firm.Name,
            ["number"] = Number.ToString(CultureInfo.InvariantCulture),
            ["code"] = Code,
            ["file_name"] = FileName,
            ["received"] = language.In(() => ReadersZone.Say(CreatedAt, "MMMM d, yyyy 'at' HH:mm", zone)),
            ["link"] = string.Create(CultureInfo.InvariantCulture, $"{firm.PublicUrl?.TrimEnd('/')}/leads/{Number}"),
        };
        foreach (var fact in ProspectFacts.All)
            values[fact.Name] = fact.Get(Facts);
        var answers = Facts.Answers.InOrder(firm.Questions).ToList();
        foreach (var (key, _, answer) in answers)
            values[$"answer_{key}"] = answer;
        values["answers"] = answers.ConvertAll(one => new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["question"] = one.Question,
            ["answer"] = one.Answer,
        });
        return values;
    }
}
