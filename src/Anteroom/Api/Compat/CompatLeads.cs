using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Anteroom.Http;
using Anteroom.Leads;
using Anteroom.Resumes;
using Microsoft.Extensions.Options;

namespace Anteroom.Api.Compat;

/// <summary>The Django-style door for leads: <c>/api/leads/</c> and below, and the files under <c>/media/resumes/</c>.</summary>
internal static class CompatLeads
{
    internal static readonly string[] States = [CompatLead.Pending, CompatLead.ReachedOut];
    private static readonly CompatDoor Door = new();

    public static void MapCompatLeads(this IEndpointRouteBuilder routes)
    {
        new CompatResource(routes, "/api/leads", "Lead List", SubmissionReader.Accepted)
            .Get(
                (path, methods) => routes.MapMethods(path, methods, ListAsync),
                endpoint =>
                    endpoint
                        .ForLeadWorkers()
                        .WithSummary("List leads, newest first")
                        .WithDescription(
                            "By limit and offset, or page and page_size: 1 to 1000, 100 when left out. Link names the next and the previous page, X-Total-Count says how many leads match, counted up to 1,000 with search and 10,000 with email."
                        )
                        .DescribesListQuery()
                        .Produces<CompatLead[]>()
                        .AnswersHeader(StatusCodes.Status200OK, "X-Total-Count", "How many leads there are.")
                        .AnswersHeader(StatusCodes.Status200OK, "Link", "The next and the previous page (RFC 8288).")
                        .ProducesFieldErrors()
            )
            .Post(
                (path, methods) => routes.MapMethods(path, methods, SubmitAsync),
                endpoint =>
                    endpoint
                        .AllowAnonymous()
                        .LimitSubmissions()
                        .WithTags("Leads")
                        .WithSummary("Submit a lead")
                        .WithDescription(
                            "Public. As multipart/form-data with the resume as a file, or as application/json with the resume as base64. A plain form holds no file: it is taken where the firm does without (the settings Intake:Resume and Api:ResumeOptional), where the other two may leave the resume out as well."
                        )
                        .TakesSubmissionOrPlainForm()
                        .Produces<CompatSubmitted>(StatusCodes.Status201Created)
                        .ProducesFieldErrors()
                        .Produces<CompatDetail>(StatusCodes.Status422UnprocessableEntity)
                        .Produces<CompatDetail>(StatusCodes.Status429TooManyRequests)
            );
        new CompatResource(routes, "/api/leads/{id:long}", "Lead Instance")
            .Get(
                (path, methods) => routes.MapMethods(path, methods, GetAsync),
                endpoint =>
                    endpoint
                        .ForLeadWorkers()
                        .WithSummary("One lead")
                        .WithDescription("What the prospect said and where the lead stands.")
                        .Produces<CompatLeadDetail>()
                        .LeadsOnWhenMerged()
                        .ProducesNotFound()
            )
            .Patch(
                (path, methods) => routes.MapMethods(path, methods, ChangeAsync),
                endpoint =>
                    endpoint
                        .ForLeadWorkers()
                        .WithSummary("Change a lead's state")
                        .WithDescription(
                            "Only state can be changed: PENDING reopens the lead. Other fields are ignored."
                        )
                        .TakesBody<CompatStateBody>()
                        .Produces<CompatLeadDetail>()
                        .LeadsOnWhenMerged()
                        .ProducesNotFound()
                        .Produces<CompatDetail>(StatusCodes.Status409Conflict)
            )
            .Delete(
                (path, methods) => routes.MapMethods(path, methods, DeleteAsync),
                endpoint =>
                    endpoint
                        .RequireAuthorization(Rights.Administer)
                        .WithTags("Leads")
                        .WithSummary("Move a lead to the trash; administrators only")
                        .WithDescription("An administrator can restore it from there until the trash is emptied.")
                        .Produces(StatusCodes.Status204NoContent)
                        .LeadsOnWhenMerged()
                        .ProducesNotFound()
                        .Produces<CompatDetail>(StatusCodes.Status409Conflict)
            );
        new CompatResource(routes, "/api/leads/{id:long}/mark_reached_out", "Lead Mark Reached Out").Post(
            (path, methods) => routes.MapMethods(path, methods, MarkReachedOutAsync),
            endpoint =>
                endpoint
                    .ForLeadWorkers()
                    .WithSummary("Say that somebody has reached out")
                    .WithDescription(
                        "The user of the token has made the first contact. A lead that has got further stays where it is; one that was closed is a 409."
                    )
                    .Produces<CompatLeadDetail>()
                    .LeadsOnWhenMerged()
                    .ProducesNotFound()
                    .Produces<CompatDetail>(StatusCodes.Status409Conflict)
        );
        new CompatResource(routes, "/api/leads/{id:long}/resume", "Lead Resume").Get(
            (path, methods) => routes.MapMethods(path, methods, ResumeAsync),
            endpoint =>
                endpoint
                    .ForLeadWorkers()
                    .WithSummary("A lead's resume, as an attachment")
                    .WithDescription(
                        "The file as it was sent. 403 while it is held back because a scan for viruses found something or has yet to be made."
                    )
                    .ProducesFile()
                    .LeadsOnWhenMerged()
        );
        new CompatResource(routes, "/media/resumes/{**path}", "Resume").Get(
            (path, methods) => routes.MapMethods(path, methods, MediaAsync),
            endpoint =>
                endpoint
                    .ForLeadWorkers()
                    .WithSummary("A resume by the path that the submission was answered with")
                    .WithDescription("The same file as at the lead's own address. Slashes in the path may be escaped.")
                    .ProducesFile()
        );
    }

    private static Task<IResult> SubmitAsync(HttpContext context, TakeSubmission takeSubmission) =>
        takeSubmission.RunAsync(context, Door);

    private static async Task<IResult> ListAsync(
        CurrentUser user,
        LeadQueries leads,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (!CompatListQuery.TryRead(context.Request.Query, out var asked, out var errors))
            return CompatAnswers.Invalid(errors);

        var slice = await leads.SummariesAsync(asked, user, cancellation);
        PageLinks.Set(
            context,
            "/api/leads/",
            asked.Limit,
            asked.Offset,
            slice.Total,
            hasNext: slice.Rows.Count > 0 && asked.Offset + slice.Rows.Count < slice.Total
        );
        return TypedResults.Json([.. slice.Rows.Select(CompatLead.From)], CompatJson.Default.CompatLeadArray);
    }

    private static async Task<IResult> GetAsync(
        long id,
        CurrentUser user,
        LeadQueries leads,
        CancellationToken cancellation
    ) =>
        await leads.SummaryAsync(id, user, cancellation) is { } lead
            ? TypedResults.Json(CompatLeadDetail.From(lead), CompatJson.Default.CompatLeadDetail)
            : CompatAnswers.NotFound();

    private static Task<IResult> ChangeAsync(
        long id,
        HttpContext context,
        CurrentUser user,
        ChangeLeads changeLeads,
        LeadQueries leads,
        CancellationToken cancellation
    ) =>
        CompatBody.ReadAsync(
            context,
            async body =>
            {
                // Which comes first when both are wrong: there is no such lead.
                if (await leads.SummaryAsync(id, user, cancellation) is not { } lead)
                    return CompatAnswers.NotFound();
                var errors = new FieldErrors();
                var state = body.Choice("state", States, errors);
                if (!errors.IsEmpty)
                    return CompatAnswers.Invalid(errors);
                // What GET shows is no change, whatever stands behind the two states.
                return state is null || state == CompatLead.StateOf(lead.Status)
                    ? TypedResults.Json(CompatLeadDetail.From(lead), CompatJson.Default.CompatLeadDetail)
                    : await MoveAsync(
                        id,
                        state == CompatLead.Pending ? LeadStatus.Registered : LeadStatus.ReachedOut,
                        user,
                        changeLeads,
                        leads,
                        cancellation
                    );
            }
        );

    private static async Task<IResult> DeleteAsync(
        long id,
        CurrentUser user,
        TrashLeads trash,
        LeadQueries leads,
        CancellationToken cancellation
    )
    {
        // What is not there leaves nothing to undo.
        if (await leads.IdOfAsync(id, user, cancellation) is null)
            return CompatAnswers.NotFound();
        return (await trash.DeleteAsync([id], user, cancellation)).Changed == 1
            ? TypedResults.NoContent()
            : BeingWelcomed();
    }

    private static IResult BeingWelcomed() =>
        CompatAnswers.Detail(
            StatusCodes.Status409Conflict,
            "The welcome email is being sent at this moment. Try again in a few seconds."
        );

    private static Task<IResult> MarkReachedOutAsync(
        long id,
        CurrentUser user,
        ChangeLeads changeLeads,
        LeadQueries leads,
        CancellationToken cancellation
    ) => MoveAsync(id, LeadStatus.ReachedOut, user, changeLeads, leads, cancellation);

    private static async Task<IResult> MoveAsync(
        long id,
        LeadStatus next,
        CurrentUser user,
        ChangeLeads changeLeads,
        LeadQueries leads,
        CancellationToken cancellation
    ) =>
        (await changeLeads.OneAsync(LeadSelection.One(id), LeadChange.MoveTo(next), user, cancellation)).Refusal switch
        {
            // In this API's words a lead that has got further than that is REACHED_OUT already.
            null or LeadRefusal.NotAllowed { From.IsReached: true } => await GetAsync(id, user, leads, cancellation),
            LeadRefusal.NotAllowed move => CompatAnswers.Detail(
                StatusCodes.Status409Conflict,
                $"A lead that is {move.From.ToWire()} cannot become {move.To.ToWire()}. Reopen it with PENDING first."
            ),
            LeadRefusal.BeingWelcomed => BeingWelcomed(),
            LeadRefusal.MovedMeanwhile meanwhile => CompatAnswers.Detail(
                StatusCodes.Status409Conflict,
                $"Somebody changed this lead at the same moment; it is {meanwhile.Now.ToWire()} now."
            ),
            _ => CompatAnswers.NotFound(),
        };

    private static async Task<IResult> ResumeAsync(
        long id,
        CurrentUser user,
        LeadQueries leads,
        ReadResume files,
        RecordLook looks,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var lead = await leads.FindWithResumeAsync(id, user, cancellation);
        return await AnswerAsync(context, lead, lead?.Resume, files, looks, user, cancellation);
    }

    private static async Task<IResult> MediaAsync(
        string path,
        CurrentUser user,
        LeadQueries leads,
        ReadResume files,
        RecordLook looks,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        // Some clients escape the whole key; the web server leaves %2F as it is.
        var key = path.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase).TrimEnd('/');
        return
            !key.Contains('\0', StringComparison.Ordinal)
            && await leads.FindByResumeAsync(key, user, cancellation) is { } found
            ? await AnswerAsync(context, found.Lead, found.Resume, files, looks, user, cancellation)
            : CompatAnswers.NotFound();
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext context,
        Lead? lead,
        Resume? resume,
        ReadResume files,
        RecordLook looks,
        CurrentUser user,
        CancellationToken cancellation
    ) =>
        resume is { IsHeldBack: true }
            ? CompatAnswers.Detail(StatusCodes.Status403Forbidden, resume.WhyHeldBack().ToString())
            : await ResumeAttachment.OpenAsync(context, lead, resume, files, looks, user, cancellation)
                ?? CompatAnswers.NotFound();

    /// <summary>How this door words what became of a submission.</summary>
    private sealed class CompatDoor : ApiDoor
    {
        protected override bool TakesPlainForms => true;

        public override async Task<Submission> ReadAsync(SubmissionReader reader, HttpContext context)
        {
            var submission = await base.ReadAsync(reader, context);
            return context.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.ResumeOptional
                ? submission with
                {
                    Wanted = submission.Wanted with { IsRequired = false },
                }
                : submission;
        }

        public override IResult Accepted(Submission submission, SubmitResult.Accepted accepted, HttpContext context) =>
            TypedResults.Json(
                new CompatSubmitted(
                    FirstName: submission.Texts["first_name"]!.Trim(),
                    LastName: PersonName.OrNone(submission.Texts["last_name"]),
                    Email: submission.Texts["email"]!.Trim(),
                    Resume: CompatLeadDetail.PathOf(accepted.StorageKey)
                ),
                CompatJson.Default.CompatSubmitted,
                statusCode: StatusCodes.Status201Created
            );

        protected override IResult Invalid(FieldErrors errors) => CompatAnswers.Invalid(errors);

        protected override IResult Refused(int status, string sentence) =>
            status == StatusCodes.Status415UnsupportedMediaType
                ? new Unsupported()
                : CompatAnswers.Detail(status, sentence);
    }

    /// <summary>Needs the request, which a refusal is not given.</summary>
    private sealed class Unsupported : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) =>
            CompatAnswers.UnsupportedMediaType(httpContext, SubmissionReader.Accepted).ExecuteAsync(httpContext);
    }
}
