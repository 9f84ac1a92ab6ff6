using Anteroom.Firm;
using Anteroom.Outreach;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Anteroom.Leads;

/// <summary>A lead's facts for those who write emails, and what the database keeps of them to find it by.</summary>
internal static class LeadFacts
{
    /// <summary>What emails need to know; <see cref="Lead.Resume"/> has to be read with it.</summary>
    public static LeadBrief Brief(this Lead lead) =>
        new(lead.Id, lead.Number, lead.Code, lead.CreatedAt, lead.Resume?.FileName, lead, lead.WelcomeDueAt);

    /// <summary>The merge fields that every email to the prospect has; <see cref="Lead.Resume"/> has to be read with it.</summary>
    public static Dictionary<string, object?> MergeFieldsForProspect(
        this Lead lead,
        FirmOptions firm,
        Language language = Language.En
    ) => lead.Brief().MergeFieldsForProspect(firm, language);

    /// <summary>The merge fields that every email about it to the firm has; <see cref="Lead.Resume"/> has to be read with it.</summary>
    public static Dictionary<string, object?> MergeFields(
        this Lead lead,
        FirmOptions firm,
        Language language = Language.En
    ) => lead.Brief().MergeFields(firm, language);

    /// <inheritdoc cref="LeadBrief.MergeFields(FirmOptions, Mailbox)"/>
    public static Dictionary<string, object?> MergeFields(this Lead lead, FirmOptions firm, Mailbox reader) =>
        lead.Brief().MergeFields(firm, reader);

    /// <summary>What the search box looks through.</summary>
    public static string SearchText(this ProspectFacts facts) =>
        Shared.SearchText.For($"{facts.FullName} {facts.Email}");

    /// <summary>What else it looks for, by whole words only.</summary>
    public static string SearchMore(this ProspectFacts facts) =>
        SearchWords.Of([
            facts.Message,
            .. SearchWords.OfPhone(facts.Phone),
            .. facts.Answers.ByKey.Values.SelectMany(texts => texts),
        ]);

    /// <summary>Writes the columns that follow from the facts.</summary>
    public static void Index(this EntityEntry<Lead> entry, FirmOptions firm)
    {
        var lead = entry.Entity;
        // An unchanged number keeps its E.164 form: the firm's region may have changed.
        var phone = entry.Property(x => x.Phone);
        if (entry.State == EntityState.Added || phone.OriginalValue != phone.CurrentValue)
            lead.PhoneE164 = PhoneNumber.ToE164(lead.Phone, firm.Region);
        entry.Property(LeadConfiguration.SearchText).CurrentValue = lead.SearchText();
        entry.Property(LeadConfiguration.SearchMore).CurrentValue = lead.SearchMore();
        entry.Property(LeadConfiguration.PhoneDigits).CurrentValue = PhoneNumber.Digits(lead.Phone);
    }
}
