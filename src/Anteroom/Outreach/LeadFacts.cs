using Anteroom.Accounts;
using Anteroom.Firm;
using Anteroom.Leads;
using Npgsql;

namespace Anteroom.Outreach;

/// <summary>What giving out a lead and its e-mails need to know of it.</summary>
internal sealed record LeadFacts(
    Guid Id,
    long Number,
    string FirstName,
    string LastName,
    string Email,
    string? Phone,
    string? PracticeArea,
    string? Message,
    string? FileName,
    DateTimeOffset CreatedAt,
    Language Language
)
{
    /// <summary>The columns that <see cref="Read"/> expects first.</summary>
    public const string Columns =
        "leads.id, leads.number, first_name, last_name, leads.email, phone, leads.practice_area, message, "
        + "(select file_name from resumes where resumes.lead_id = leads.id and came_with is null), leads.created_at, leads.language";

    /// <summary>How many <see cref="Columns"/> there are.</summary>
    public const int Count = 11;

    /// <summary>The lead's, when it has been read already.</summary>
    public static LeadFacts Of(Lead lead) =>
        new(
            lead.Id,
            lead.Number,
            lead.FirstName,
            lead.LastName,
            lead.Email,
            lead.Phone,
            lead.PracticeArea,
            lead.Message,
            lead.Resume?.FileName,
            lead.CreatedAt,
            lead.Language
        );

    /// <summary>The facts of one that is just being made.</summary>
    public static LeadFacts Of(NewLead lead) =>
        new(
            lead.Id,
            lead.Number,
            lead.Submission.FirstName,
            lead.Submission.LastName,
            lead.Submission.Email,
            lead.Submission.Phone,
            lead.Submission.PracticeArea,
            lead.Submission.Message,
            lead.Submission.Resume?.FileName,
            lead.CreatedAt,
            lead.Submission.Language
        );

    /// <summary>The merge fields that every e-mail about it has.</summary>
    public Dictionary<string, object?> MergeFields(FirmOptions firm, Language language = Language.En) =>
        LeadFields.Of(
            firm,
            Number,
            FirstName,
            LastName,
            Email,
            Phone,
            PracticeArea,
            Message,
            FileName,
            CreatedAt,
            language
        );

    /// <summary>Reads the row.</summary>
    public static LeadFacts Read(NpgsqlDataReader reader) =>
        new(
            reader.GetGuid(0),
            reader.GetInt64(1),
            reader.GetString(2),
            reader.GetString(3),
            reader.GetString(4),
            reader.IsDBNull(5) ? null : reader.GetString(5),
            reader.IsDBNull(6) ? null : reader.GetString(6),
            reader.IsDBNull(7) ? null : reader.GetString(7),
            reader.IsDBNull(8) ? null : reader.GetString(8),
            reader.GetFieldValue<DateTimeOffset>(9),
            WireName.Parse<Language>(reader.GetString(10))
        );
}

/// <summary>A user as e-mails name one.</summary>
/// <param name="Id">The user.</param>
/// <param name="FullName">The name.</param>
/// <param name="Email">Null: cannot be told.</param>
internal sealed record Person(Guid Id, string FullName, string? Email)
{
    /// <summary>The columns that <see cref="ReadAfterLead"/> expects after those of <see cref="LeadFacts"/>.</summary>
    public const string Columns = "users.id, full_name, users.email";

    /// <summary>The user's; null when there is none.</summary>
    public static Person? Of(User? user) => user is null ? null : new Person(user.Id, user.FullName, user.Email);

    /// <summary>Reads the user; null when there is none.</summary>
    public static Person? ReadAfterLead(NpgsqlDataReader reader) =>
        reader.IsDBNull(LeadFacts.Count)
            ? null
            : new Person(
                reader.GetGuid(LeadFacts.Count),
                reader.GetString(LeadFacts.Count + 1),
                reader.IsDBNull(LeadFacts.Count + 2) ? null : reader.GetString(LeadFacts.Count + 2)
            );
}
