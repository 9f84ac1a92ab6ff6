using System.Linq.Expressions;
using Anteroom.Data;
using Anteroom.Mail;
using Anteroom.Outreach;
using Anteroom.Resumes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;

namespace Anteroom.Leads;

/// <summary>Why a lead needs somebody.</summary>
public enum Attention
{
    /// <summary>It is open and has any of the other reasons.</summary>
    Any,

    /// <summary>Nobody has reached out by the promised time.</summary>
    Waiting,

    /// <summary>An email to the prospect was refused: somebody has to call.</summary>
    NeedsCall,

    /// <summary>An email about it was given up.</summary>
    MailFailed,

    /// <summary>The resume no longer exists.</summary>
    ResumeDeleted,

    /// <summary>The virus scanner has found something in the resume or in another file.</summary>
    ResumeQuarantined,

    /// <summary>It is open and nobody has it.</summary>
    Unassigned,
}

/// <summary>Finds leads that need attention. Each reason alone has an index.</summary>
internal static class AttentionFilter
{
    /// <summary>The leads that have one of the reasons.</summary>
    public static IQueryable<Lead> Needing(
        this IQueryable<Lead> leads,
        IReadOnlyList<Attention> reasons,
        AnteroomDb db,
        DateTimeOffset now
    )
    {
        // No lead is due sooner than by the clock, which has an index.
        var late = now - FirstContactTarget.Time;
        var one = reasons.Select(Because).Aggregate((a, b) => Either(a, b));
        return leads.Where(one);

        Expression<Func<Lead, bool>> Because(Attention reason) =>
            reason switch
            {
                Attention.Waiting => lead =>
                    lead.Status == LeadStatus.Registered
                    && lead.CreatedAt <= late
                    && (lead.ContactDueAt == null || lead.ContactDueAt <= now),
                Attention.NeedsCall => lead => lead.NeedsCall,
                Attention.MailFailed => lead =>
                    db.Set<Email>().Any(email => email.LeadId == lead.Id && email.State == EmailState.Failed),
                Attention.ResumeDeleted => lead =>
                    db.Set<Resume>().Any(resume => resume.LeadId == lead.Id && resume.DeletedAt != null),
                Attention.ResumeQuarantined => lead => db.Set<QuarantinedFile>().Any(file => file.LeadId == lead.Id),
                Attention.Unassigned => lead =>
                    lead.AssignedTo == null && EF.Constant(LeadStatus.Open).Contains(lead.Status),
                // Only open leads, which are few compared with the closed ones.
                _ => lead =>
                    EF.Constant(LeadStatus.Open).Contains(lead.Status)
                    && (
                        lead.NeedsCall
                        || lead.AssignedTo == null
                        || (
                            lead.Status == LeadStatus.Registered
                            && lead.CreatedAt <= late
                            && (lead.ContactDueAt == null || lead.ContactDueAt <= now)
                        )
                        || db.Set<Email>().Any(email => email.LeadId == lead.Id && email.State == EmailState.Failed)
                        || db.Set<QuarantinedFile>().Any(file => file.LeadId == lead.Id)
                    ),
            };
    }

    private static Expression<Func<Lead, bool>> Either(
        Expression<Func<Lead, bool>> a,
        Expression<Func<Lead, bool>> b
    ) =>
        Expression.Lambda<Func<Lead, bool>>(
            Expression.OrElse(a.Body, ReplacingExpressionVisitor.Replace(b.Parameters[0], a.Parameters[0], b.Body)),
            a.Parameters
        );
}
