using System.Globalization;
using Anteroom.Firm;
using Anteroom.Leads;

namespace Anteroom.Outreach;

/// <summary>The merge fields that every e-mail about a lead has.</summary>
public static class LeadFields
{
    /// <summary>Those of a lead that is there; <see cref="Lead.Resume"/> has to be read with it.</summary>
    public static IReadOnlyDictionary<string, object?> Of(Lead lead, FirmOptions firm, Language language = Language.En)
    {
        ArgumentNullException.ThrowIfNull(lead);
        return Of(
            firm,
            lead.Number,
            lead.FirstName,
            lead.LastName,
            lead.Email,
            lead.Phone,
            lead.PracticeArea,
            lead.Message,
            lead.Resume?.FileName,
            lead.CreatedAt,
            language
        );
    }

    /// <summary>Those of a lead that is just being made.</summary>
    internal static Dictionary<string, object?> Of(NewLead lead, FirmOptions firm, Language language = Language.En) =>
        Of(
            firm,
            lead.Number,
            lead.Submission.FirstName,
            lead.Submission.LastName,
            lead.Submission.Email,
            lead.Submission.Phone,
            lead.Submission.PracticeArea,
            lead.Submission.Message,
            lead.Submission.Resume?.FileName,
            lead.CreatedAt,
            language
        );

    /// <summary>Those of a lead of which only this is known.</summary>
    internal static Dictionary<string, object?> Of(
        FirmOptions firm,
        long number,
        string firstName,
        string lastName,
        string email,
        string? phone,
        string? practiceArea,
        string? message,
        string? fileName,
        DateTimeOffset received,
        Language language = Language.En
    ) =>
        new(StringComparer.Ordinal)
        {
            ["firm"] = firm.Name,
            ["number"] = number.ToString(CultureInfo.InvariantCulture),
            ["first_name"] = firstName,
            ["last_name"] = lastName,
            ["email"] = email,
            ["phone"] = phone,
            ["practice_area"] = practiceArea,
            ["message"] = message,
            ["file_name"] = fileName,
            ["received"] = received.ToString(
                language == Language.Es ? "d 'de' MMMM 'de' yyyy 'a las' HH:mm 'UTC'" : "d MMMM yyyy 'at' HH:mm 'UTC'",
                language.Culture()
            ),
            ["link"] = string.Create(CultureInfo.InvariantCulture, $"{firm.PublicUrl?.TrimEnd('/')}/leads/{number}"),
        };
}
