using Anteroom.Timeline;
using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>The facts about a prospect that people of the firm can correct; as typed.</summary>
public sealed record LeadFactsForm
{
    /// <summary>Required.</summary>
    public string? FirstName { get; init; }

    /// <summary>Required.</summary>
    public string? LastName { get; init; }

    /// <summary>Required.</summary>
    public string? Email { get; init; }

    /// <summary>Optional.</summary>
    public string? Phone { get; init; }

    /// <summary>Optional; one of the firm's, or the one the lead has.</summary>
    public string? PracticeArea { get; init; }

    /// <summary>Required: where the lead came from.</summary>
    public string? Source { get; init; }

    /// <summary>What a lead has now.</summary>
    public static LeadFactsForm Of(Lead lead) =>
        new()
        {
            FirstName = lead.FirstName,
            LastName = lead.LastName,
            Email = lead.Email,
            Phone = lead.Phone,
            PracticeArea = lead.PracticeArea,
            Source = lead.Source,
        };
}

/// <summary>What became of an edit.</summary>
public abstract record EditLeadResult
{
    private EditLeadResult() { }

    /// <summary>It is kept.</summary>
    /// <param name="Changed">False: everything was as it is already.</param>
    public sealed record Edited(bool Changed) : EditLeadResult;

    /// <summary>Nothing was kept.</summary>
    /// <param name="Errors">The fields that are wrong.</param>
    /// <param name="Lead">The lead as it is.</param>
    public sealed record Invalid(FieldErrors Errors, Lead Lead) : EditLeadResult;

    /// <summary>Nothing was kept: somebody has changed the lead since the writer opened it.</summary>
    /// <param name="Lead">The lead as it is now.</param>
    public sealed record ChangedMeanwhile(Lead Lead) : EditLeadResult;

    /// <summary>There is no such lead, or the user may not see it.</summary>
    public sealed record NotFound : EditLeadResult;
}

/// <summary>Corrects the facts about a prospect, by the rules of the form; the timeline says what was changed.</summary>
public sealed class EditLead(
    AnteroomDb db,
    LeadsInSight inSight,
    Changes live,
    IOptions<FirmOptions> firm,
    TimeProvider time
)
{
    /// <summary>The kind of <see cref="Activity"/>.</summary>
    public const string Kind = "edited";

    /// <summary>The longest source, in code points.</summary>
    public const int LongestSource = 50;

    /// <summary>Edits the lead.</summary>
    /// <param name="number">Which.</param>
    /// <param name="form">What it should be.</param>
    /// <param name="version">The <see cref="Lead.Version"/> that the writer began with; null to not compare.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    public async Task<EditLeadResult> RunAsync(
        long number,
        LeadFactsForm form,
        uint? version,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var lead = await inSight.Of(by).SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        if (lead is null)
            return new EditLeadResult.NotFound();
        if (version is not null && version != lead.Version)
            return new EditLeadResult.ChangedMeanwhile(lead);
        var errors = new FieldErrors();
        var changes = Apply(lead, form, errors);
        if (!errors.IsEmpty)
        {
            await db.Entry(lead).ReloadAsync(cancellation);
            return new EditLeadResult.Invalid(errors, lead);
        }
        if (changes.Count == 0)
            return new EditLeadResult.Edited(Changed: false);

        var now = Sql.Instant(time.GetUtcNow());
        lead.UpdatedAt = now;
        db.Entry(lead).Property(LeadConfiguration.SearchText).CurrentValue = SearchText.For(
            $"{lead.FirstName} {lead.LastName} {lead.Email}"
        );
        db.Entry(lead).Property(LeadConfiguration.PhoneDigits).CurrentValue = PhoneNumber.Digits(lead.Phone);
        db.Record(Actor.Of(by), lead.Id, Kind, $"changed {string.Join("; ", changes)}", now);
        try
        {
            await db.SaveChangesAsync(cancellation);
            live.Tell(number);
            return new EditLeadResult.Edited(Changed: true);
        }
        catch (DbUpdateException error) when (error.IsLeadGoneOrChanged())
        {
            db.ChangeTracker.Clear();
            return
                await inSight.Of(by).AsNoTracking().SingleOrDefaultAsync(x => x.Number == number, cancellation)
                    is { } fresh
                ? new EditLeadResult.ChangedMeanwhile(fresh)
                : new EditLeadResult.NotFound();
        }
    }

    /// <summary>Writes what is right into the lead; returns what is different now, in words.</summary>
    private List<string> Apply(Lead lead, LeadFactsForm form, FieldErrors errors)
    {
        var changes = new List<string>();
        if (Right("first_name", PersonName.TryParse(form.FirstName, "first name", out var first, out var problem)))
            Set("first name", lead.FirstName, first, value => lead.FirstName = value!);
        if (Right("last_name", PersonName.TryParse(form.LastName, "last name", out var last, out problem)))
            Set("last name", lead.LastName, last, value => lead.LastName = value!);
        if (Right("email", EmailAddress.TryParse(form.Email, out var email, out problem)))
            Set("e-mail", lead.Email, email!.Address, value => lead.Email = value!);
        if (Right("phone", PhoneNumber.TryParse(form.Phone, out var phone, out problem)))
            Set("phone", lead.Phone, phone, value => lead.Phone = value);
        var area = string.IsNullOrWhiteSpace(form.PracticeArea) ? null : form.PracticeArea.Trim();
        if (
            area is null
            || area == lead.PracticeArea
            || firm.Value.PracticeAreas.Contains(area, StringComparer.Ordinal)
        )
            Set("practice area", lead.PracticeArea, area, value => lead.PracticeArea = value);
        else
            errors.Add("practice_area", $"Please choose one of: {string.Join(", ", firm.Value.PracticeAreas)}.");
        if (Right("source", OneLine.TryParse(form.Source, "source", LongestSource, out var source, out problem)))
            Set("source", lead.Source, source, value => lead.Source = value!);
        return changes;

        bool Right(string field, bool right)
        {
            if (!right)
                errors.Add(field, problem!);
            return right;
        }

        void Set(string what, string? before, string? after, Action<string?> change)
        {
            if (before == after)
                return;
            change(after);
            changes.Add($"{what}: {before ?? "(none)"} → {after ?? "(none)"}");
        }
    }
}
