using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Anteroom.Leads;

namespace Anteroom.Api.V1;

/// <summary>What happened with a lead: its timeline, its notes, its emails.</summary>
internal static class LeadHistoryV1
{
    public static void MapLeadHistoryV1(this IEndpointRouteBuilder routes)
    {
        var lead = routes
            .MapGroup("/api/v1/leads/{id:guid}")
            .WithGroupName("v1")
            .WithTags("Leads")
            .RequireAuthorization(Rights.WorkLeads);
        lead.MapGet(
                "/timeline",
                (Guid id, CurrentUser user, LeadQueries leads, CancellationToken cancellation) =>
                    TimelineAsync(id, kind: null, user, leads, cancellation)
            )
            .WithSummary("What happened with a lead, newest first")
            .WithDescription("Every line of its timeline: who did what when, notes and emails included.")
            .Produces<IReadOnlyList<ActivityV1>>()
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
        lead.MapGet(
                "/notes",
                (Guid id, CurrentUser user, LeadQueries leads, CancellationToken cancellation) =>
                    TimelineAsync(id, AddNote.Kind, user, leads, cancellation)
            )
            .WithSummary("The notes on a lead, newest first")
            .WithDescription("The lines of its timeline that people of the firm wrote.")
            .Produces<IReadOnlyList<ActivityV1>>()
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
        lead.MapPost("/notes", AddNoteAsync)
            .WithSummary("Write a note on a lead")
            .WithDescription(
                "It stays in the timeline under the name of who wrote it; whom it names with @ is told by email."
            )
            .Takes<NoteRequest>("application/json")
            .Produces<ActivityV1>(StatusCodes.Status201Created)
            .LeadsOnWhenMerged()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        lead.MapGet("/emails", EmailsAsync)
            .WithSummary("The emails of a lead with their states, newest first")
            .WithDescription(
                "What was sent to the prospect and to the firm about the lead, and what is still to be sent."
            )
            .Produces<IReadOnlyList<EmailV1>>()
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> TimelineAsync(
        Guid id,
        string? kind,
        CurrentUser user,
        LeadQueries leads,
        CancellationToken cancellation
    ) =>
        await leads.TimelineAsync(id, kind, user, cancellation) is { } lines
            ? TypedResults.Json<IReadOnlyList<ActivityV1>>(
                [.. lines.Select(ActivityV1.From)],
                V1Json.Default.IReadOnlyListActivityV1
            )
            : Problem.NoLead;

    private static async Task<IResult> EmailsAsync(
        Guid id,
        CurrentUser user,
        LeadQueries leads,
        CancellationToken cancellation
    ) =>
        await leads.EmailsAsync(id, user, cancellation) is { } emails
            ? TypedResults.Json<IReadOnlyList<EmailV1>>(
                [.. emails.Select(EmailV1.From)],
                V1Json.Default.IReadOnlyListEmailV1
            )
            : Problem.NoLead;

    private static async Task<IResult> AddNoteAsync(
        Guid id,
        HttpContext context,
        CurrentUser user,
        AddNote addNote,
        CancellationToken cancellation
    )
    {
        var (body, refused) = await PatchBody.ReadAsync(context.Request, cancellation);
        if (body is null)
            return refused!;
        var text = body.Text("text");
        if (!body.Errors.IsEmpty)
            return Problem.Fields(body.Errors);
        return await addNote.RunAsync(id, text, user, cancellation) switch
        {
            (var added, null) => TypedResults.Json(
                ActivityV1.From(added!.Note),
                V1Json.Default.ActivityV1,
                statusCode: StatusCodes.Status201Created
            ),
            (_, var refusal) => Problem.Of(refusal),
        };
    }
}
