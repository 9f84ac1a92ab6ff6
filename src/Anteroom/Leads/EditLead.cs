using Anteroom.Data;
using Anteroom.Firm;
using Anteroom.Live;
using Anteroom.Timeline;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Anteroom.Leads;

/// <summary>An edit with fields that are wrong.</summary>
/// <param name="Errors">The fields.</param>
/// <param name="Lead">The lead as it is.</param>
public sealed record InvalidEdit(FieldErrors Errors, Lead Lead) : Refusal.Invalid(Errors);

/// <summary>Edits the facts about a prospect by the rules of the form; the timeline records what changed.</summary>
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
    /// <param name="form">What it should be, as typed: the <see cref="ProspectFacts.Summary"/> facts and <c>source</c>.</param>
    /// <param name="version">The <see cref="Lead.Version"/> that the writer began with; null to not compare.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Stops before the commit.</param>
    /// <returns>Whether anything was different.</returns>
    public async Task<Outcome<bool>> RunAsync(
        long number,
        FieldTexts form,
        uint? version,
        CurrentUser by,
        CancellationToken cancellation
    )
    {
        var lead = await inSight.Of(by).SingleOrDefaultAsync(lead => lead.Number == number, cancellation);
        if (lead is null)
            return new Refusal.NotFound();
        if (version is not null && version != lead.Version)
            return new Refusal.ChangedMeanwhile<Lead>(lead);
        var errors = new FieldErrors();
        var changes = Apply(lead, form, errors);
        if (!errors.IsEmpty)
        {
            await db.Entry(lead).ReloadAsync(cancellation);
            return new InvalidEdit(errors, lead);
        }
        if (changes.Count == 0)
            return false;

        var now = Sql.Instant(time.GetUtcNow());
        lead.UpdatedAt = now;
        db.Entry(lead).Index(firm.Value);
        db.Record(Actor.Of(by), lead.Id, Kind, $"changed {string.Join("; ", changes)}", now);
        try
        {
            await db.SaveChangesAsync(cancellation);
            live.Publish(number);
            return true;
        }
        catch (DbUpdateException error) when (error.IsLeadGoneOrChanged())
        {
            db.ChangeTracker.Clear();
            return
                await inSight.Of(by).AsNoTracking().SingleOrDefaultAsync(x => x.Number == number, cancellation)
                    is { } fresh
                ? new Refusal.ChangedMeanwhile<Lead>(fresh)
                : new Refusal.NotFound();
        }
    }

    /// <summary>Writes valid values into the lead; returns what changed, in words.</summary>
    private List<string> Apply(Lead lead, FieldTexts form, FieldErrors errors)
    {
        var changes = new List<string>();
        var rules = firm.Value.FactRules with { KeptPracticeArea = lead.PracticeArea, PhoneIsEnough = true };
        foreach (var fact in ProspectFacts.Summary)
            if (fact.TryRead(fact.TextIn(form), rules, out var value, out var wrong))
                Set(fact.Word, fact.Get(lead), value, changed => fact.Set(lead, changed));
            else
                errors.Add(fact.Name, wrong);
        if (errors.IsEmpty && lead.WhyNotReached() is { } unreached)
            errors.Add("email", unreached);
        lead.AskForCallWithoutAddress();
        if (OneLine.TryParse(form["source"], "source", LongestSource, out var source, out var problem))
            Set("source", lead.Source, source, changed => lead.Source = changed!);
        else
            errors.Add("source", problem);
        return changes;

        void Set(string what, string? before, string? after, Action<string?> change)
        {
            if (before == after)
                return;
            change(after);
            changes.Add($"{what}: {Shown(before)} → {Shown(after)}");
        }

        static string Shown(string? value) => value is null or "" ? "(none)" : value;
    }
}
