using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Anteroom.Leads;
using Anteroom.Resumes;
using Anteroom.Timeline;
using Microsoft.Net.Http.Headers;

namespace Anteroom.Api.V1;

/// <summary>Leads in the JWT door: <c>/api/v1/leads</c>, for people of the firm; submitting is in <see cref="SubmitLeadV1"/>.</summary>
internal static class LeadsV1
{
    public static void MapLeadsV1(this IEndpointRouteBuilder routes)
    {
        var leads = routes
            .MapGroup("/api/v1/leads")
            .WithGroupName("v1")
            .WithTags("Leads")
            .RequireAuthorization(Rights.WorkLeads);
        leads
            .MapGet("", ListAsync)
            .WithSummary("List leads")
            .WithDescription(
                "By limit and offset, or by cursor, which costs the same on every page, while an offset costs about half a second for each million leads passed over."
            )
            .DescribesListQuery()
            .Produces<LeadPageV1>()
            .AnswersHeader(StatusCodes.Status200OK, "X-Total-Count", "How many leads match: total.")
            .AnswersHeader(StatusCodes.Status200OK, "Link", "The next and the previous page (RFC 8288).")
            .ProducesValidationProblem();
        leads
            .MapGet("/{id:guid}", GetAsync)
            .WithSummary("Get a lead")
            .WithDescription(
                "What the prospect said and where the lead stands. The ETag names this version, for If-Match of a change and for If-None-Match the next time."
            )
            .TakesHeader("If-None-Match", "The ETag of before: 304 when it is still the same.")
            .Produces<LeadV1>()
            .AnswersHeader(StatusCodes.Status200OK, "ETag", "The version, for If-Match.")
            .Produces(StatusCodes.Status304NotModified)
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
        leads
            .MapPatch("/{id:guid}", PatchAsync)
            .WithSummary("Change status or owner of a lead")
            .WithDescription(
                "Any of status, reached_out_by, assigned_to. Assigning a lead that nobody has written to in time sends the automatic welcome email at once in the new owner's name, unless send_welcome is false. reached_out_by alone, or with the status that the lead has, corrects who made the first contact, with a line in the timeline. If-Match with the ETag refuses to overwrite what somebody else changed: 409 when another person has recorded the first contact, 412 for anything else. What is so already is never refused."
            )
            .Takes<LeadChangeV1>("application/json")
            .TakesHeader("If-Match", "The ETag of the lead as you know it.")
            .Produces<LeadV1>()
            .AnswersHeader(StatusCodes.Status200OK, "ETag", "The new version.")
            .LeadsOnWhenMerged()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        leads
            .MapGet("/{id:guid}/resume", ResumeAsync)
            .WithSummary("Download a lead's resume")
            .WithDescription(
                "The file as it was sent, as an attachment named after the prospect. 403 while it is held back because a scan for viruses found something or has yet to be made."
            )
            .AnswersResume()
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context,
        CurrentUser user,
        ListV1 list,
        LeadsInSight inSight
    )
    {
        if (!ListQueryV1.TryRead(context.Request.Query, user, out var asked, out var errors))
            return Problem.Fields(errors);

        var page = await list.ReadAsync(context.Request.QueryString.ToString(), asked, user, inSight);
        PageLinks.Set(
            context,
            "/api/v1/leads",
            asked.Limit,
            asked.Offset,
            page.Total,
            hasNext: page.Next is not null,
            page.Next
        );
        return TypedResults.Bytes(page.Json, "application/json; charset=utf-8");
    }

    private static async Task<IResult> GetAsync(
        Guid id,
        HttpContext context,
        CurrentUser user,
        LeadByKey leads,
        LeadsInSight inSight
    )
    {
        if (await leads.FindAsync(id) is not { } lead || !inSight.MaySee(user, lead))
            return Problem.NoLead;

        var tag = Tag(lead);
        context.Response.GetTypedHeaders().ETag = tag;
        return context
            .Request.GetTypedHeaders()
            .IfNoneMatch.Any(seen =>
                seen.Equals(EntityTagHeaderValue.Any) || seen.Compare(tag, useStrongComparison: false)
            )
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Json(LeadV1.From(lead), V1Json.Default.LeadV1);
    }

    private static async Task<IResult> PatchAsync(
        Guid id,
        HttpContext context,
        CurrentUser user,
        ChangeLeads changeLeads,
        CancellationToken cancellation
    )
    {
        var (body, refused) = await PatchBody.ReadAsync(context.Request, cancellation);
        if (body is null)
            return refused!;
        var change = new LeadChange
        {
            Status = body.OneOf("status", LeadStatus.All, status => status.ToWire()),
            ReachedOutBy = body.Id("reached_out_by"),
            Assigns = body.Has("assigned_to"),
            AssignedTo = body.Id("assigned_to"),
            Welcomes = body.Switch("send_welcome"),
        };
        if (!body.Errors.IsEmpty)
            return Problem.Fields(body.Errors);
        if (!TryReadIfMatch(context.Request, out var version))
            return Stale();

        var (changed, refusal) = await changeLeads.OneAsync(LeadSelection.One(id, version), change, user, cancellation);
        if (refusal is LeadRefusal.MovedMeanwhile meanwhile)
            return
                change.ReachedOutBy is not null
                && meanwhile is { Now.IsReached: true, ByName: { } name }
                && name != Actor.Anteroom.Name
                ? Problem.Of(
                    StatusCodes.Status409Conflict,
                    $"{name} has recorded the first contact since you read the lead. Read it again and decide with what it is now.",
                    ProblemCode.ContactRecorded
                )
                : Stale();
        if (refusal is LeadRefusal.BeingWelcomed)
            context.Response.Headers.RetryAfter = "5";
        if (refusal is not null)
            return Problem.Of(refusal);
        var lead = changed!.Lead;
        context.Response.GetTypedHeaders().ETag = Tag(lead);
        return TypedResults.Json(LeadV1.From(lead), V1Json.Default.LeadV1);
    }

    private static async Task<IResult> ResumeAsync(
        Guid id,
        HttpContext context,
        CurrentUser user,
        LeadQueries leads,
        ReadResume files,
        RecordLook looks,
        CancellationToken cancellation
    )
    {
        if (await leads.FindWithResumeAsync(id, user, cancellation) is not { } lead)
            return Problem.NoLead;
        if (lead.Resume is { IsHeldBack: true } resume)
            return Problem.Of(
                StatusCodes.Status403Forbidden,
                resume.WhyHeldBack().ToString(),
                ProblemCode.ResumeHeldBack
            );
        return await ResumeAttachment.OpenAsync(context, lead, lead.Resume, files, looks, user, cancellation)
            ?? Problem.Of(StatusCodes.Status404NotFound, "This lead has no resume in the store.");
    }

    private static IResult Stale() =>
        Problem.Of(
            StatusCodes.Status412PreconditionFailed,
            "The lead has changed since you read it. Read it again and decide with what it is now."
        );

    private static EntityTagHeaderValue Tag(Lead lead) => new($"\"{lead.Version}\"");

    /// <summary>The version that If-Match asks for; null for none or <c>*</c>. False when it cannot be one of ours.</summary>
    private static bool TryReadIfMatch(HttpRequest request, out uint? version)
    {
        version = null;
        var tags = request.GetTypedHeaders().IfMatch;
        if (tags.Count == 0 || tags.Any(tag => tag.Tag == "*"))
            return request.Headers.IfMatch.Count == 0 || tags.Count > 0;
        if (tags is not [{ IsWeak: false } only] || !uint.TryParse(only.Tag.AsSpan().Trim('"'), out var number))
            return false;
        version = number;
        return true;
    }
}
