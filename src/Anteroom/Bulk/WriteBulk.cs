using Anteroom.Accounts;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Leads;
using Anteroom.Mail;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Bulk;

/// <summary>The filled-in email, or what is wrong with it; and the lead that was used.</summary>
public sealed record BulkPreview(MailText? Mail, IReadOnlyList<TemplateProblem> Problems, Lead? Lead);

/// <summary>Writes a mailing, until it is confirmed.</summary>
public sealed class WriteBulk(
    AnteroomDb db,
    BulkMailings mailings,
    LeadQueries leads,
    MailTemplates templates,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>Begins a mailing.</summary>
    public async Task<Guid> BeginAsync(LeadFilter filter, CurrentUser by, CancellationToken cancellation)
    {
        var now = Sql.Instant(time.GetUtcNow());
        var mailing = new BulkMailing
        {
            Id = Guid.CreateVersion7(now),
            State = BulkState.Draft,
            Filter = filter.Fixed.ToQuery(),
            Subject = "",
            Text = "Dear {{first_name}} {{last_name}},\n\n\n\n{{firm}}",
            Html = "",
            CreatedBy = by.Id,
            CreatedAt = now,
        };
        db.BulkMailings.Add(mailing);
        await db.SaveChangesAsync(cancellation);
        return mailing.Id;
    }

    /// <summary>Keeps what was written. Only a draft can change.</summary>
    /// <returns>Whether it was kept.</returns>
    public async Task<bool> KeepAsync(
        Guid id,
        TemplateSource written,
        CurrentUser by,
        CancellationToken cancellation
    ) =>
        await mailings
            .Of(by)
            .Where(mailing => mailing.Id == id && mailing.State == BulkState.Draft)
            .ExecuteUpdateAsync(
                change =>
                    change
                        .SetProperty(mailing => mailing.Subject, written.Subject)
                        .SetProperty(mailing => mailing.Text, written.Text)
                        .SetProperty(mailing => mailing.Html, written.Html),
                cancellation
            ) > 0;

    /// <summary>Throws a draft away.</summary>
    public async Task<bool> DiscardAsync(Guid id, CurrentUser by, CancellationToken cancellation) =>
        await mailings
            .Of(by)
            .Where(mailing => mailing.Id == id && mailing.State == BulkState.Draft)
            .ExecuteDeleteAsync(cancellation) > 0;

    /// <summary>Fills it in for one of the leads it goes to: that of the number, else the newest.</summary>
    public async Task<BulkPreview> PreviewAsync(
        BulkMailing mailing,
        long? number,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var matching = leads.Matching(
            LeadFilter.Read(mailing.Filter, by, out _).ToLeadQuery(time.GetUtcNow(), firm.Value.Zone),
            by,
            BulkRecipients.Most + 1
        );
        var lead = await matching
            .Where(lead => number == null || lead.Number == number)
            .Include(lead => lead.Resume)
            .FirstOrDefaultAsync(cancellation);
        var facts = EmailKind.Bulk.Facts();
        var problems = TemplateCheck.Check(mailing.Source, facts, out var compiled);
        if (compiled is null)
            return new BulkPreview(null, Said(mailing, problems), lead);

        var values = facts.Examples();
        if (lead is not null)
        {
            var owner = await db
                .Users.Where(user => user.Id == lead.AssignedTo)
                .Select(user => user.FullName)
                .FirstOrDefaultAsync(cancellation);
            var ofLead = lead.MergeFieldsForProspect(firm.Value);
            ofLead["attorney"] = owner;
            values = ofLead;
        }

        return new BulkPreview(templates.Render(facts, compiled, values, to: null), [], lead);
    }

    // What is wrong with HTML that was made from the text is wrong with the text, and said there.
    private static IReadOnlyList<TemplateProblem> Said(BulkMailing mailing, IReadOnlyList<TemplateProblem> problems) =>
        mailing.Html.Length > 0 ? problems : [.. problems.Where(problem => problem.Part != TemplatePart.Html)];
}
