using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Anteroom.Leads;
using Anteroom.Resumes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Anteroom.Api.V1;

/// <summary>Files that people of the firm add to a lead; its resume is in <see cref="LeadsV1"/>.</summary>
internal static class LeadFilesV1
{
    public static void MapLeadFilesV1(this IEndpointRouteBuilder routes)
    {
        var files = routes
            .MapGroup("/api/v1/leads/{id:guid}/files")
            .WithGroupName("v1")
            .WithTags("Leads")
            .RequireAuthorization(Rights.WorkLeads);
        files
            .MapGet("", ListAsync)
            .WithSummary("The files of a lead, oldest first")
            .WithDescription(
                "What people of the firm added. The resume that the prospect sent is not among them; it has an address of its own."
            )
            .Produces<IReadOnlyList<LeadFileV1>>()
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
        files
            .MapPost("", AddAsync)
            .WithSummary("Add a file to a lead")
            .WithDescription(
                $"One file for each request, at most as large as a resume: {ResumeTypeNames.AcceptedFiles}, known by its content, whatever its name is. A lead can have {AddFile.MostOnLead}."
            )
            .Takes<FileForm>("multipart/form-data")
            .Produces<LeadFileV1>(StatusCodes.Status201Created)
            .AnswersHeader(StatusCodes.Status201Created, "Location", "Where the file is described.")
            .LeadsOnWhenMerged()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        files
            .MapGet("/{file:guid}", GetAsync)
            .WithSummary("Describe a file of a lead")
            .WithDescription("What it is, who added it when, and whether it can be downloaded.")
            .Produces<LeadFileV1>()
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
        files
            .MapPatch("/{file:guid}", PatchAsync)
            .WithSummary("Rename a file of a lead, or change its note")
            .WithDescription("What is left out stays as it is; a note of null takes the note away.")
            .Takes<FileChangeV1>("application/json")
            .Produces<LeadFileV1>()
            .LeadsOnWhenMerged()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
        files
            .MapDelete("/{file:guid}", RemoveAsync)
            .WithSummary("Remove a file from a lead")
            .WithDescription(
                "For good: the file, its text and what the search finds by it. The timeline and the audit log say who removed it."
            )
            .Produces(StatusCodes.Status204NoContent)
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
        files
            .MapGet("/{file:guid}/content", DownloadAsync)
            .WithSummary("Download a file of a lead")
            .WithDescription(
                "The file as it was added, as an attachment. 403 while it is held back because a scan for viruses found something or has yet to be made."
            )
            .AnswersFile(Enum.GetValues<ResumeType>(), "attachment, with the name of the file.")
            .LeadsOnWhenMerged()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        Guid id,
        CurrentUser user,
        ReadFiles files,
        CancellationToken cancellation
    ) =>
        await files.ListAsync(id, user, cancellation) is { } found
            ? TypedResults.Json<IReadOnlyList<LeadFileV1>>(
                [.. found.Select(LeadFileV1.From)],
                V1Json.Default.IReadOnlyListLeadFileV1
            )
            : Problem.NoLead;

    private static async Task<IResult> AddAsync(
        Guid id,
        HttpContext context,
        CurrentUser user,
        AddFile add,
        CancellationToken cancellation
    )
    {
        if (!context.Request.HasFormContentType)
            return Problem.Of(StatusCodes.Status415UnsupportedMediaType, "This address takes multipart/form-data.");
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(cancellation);
        }
        catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
        {
            return Problem.Of(
                StatusCodes.Status400BadRequest,
                "The form could not be read: it is malformed, or ended too early."
            );
        }

        if (form.Files is not [{ Name: "file" } sent])
        {
            var errors = new FieldErrors();
            errors.Add("file", "Please send one file, as the part “file” of multipart/form-data.");
            return Problem.Fields(errors);
        }

        await using var content = sent.OpenReadStream();
        return await add.RunAsync(id, content, sent.FileName, form["note"], user, cancellation) switch
        {
            (var added, null) => Added(context, added!),
            (_, var refusal) => Problem.Of(refusal),
        };
    }

    private static JsonHttpResult<LeadFileV1> Added(HttpContext context, LeadFile added)
    {
        context.Response.Headers.Location = $"/api/v1/leads/{added.File.LeadId}/files/{added.File.Id}";
        return TypedResults.Json(
            LeadFileV1.From(added),
            V1Json.Default.LeadFileV1,
            statusCode: StatusCodes.Status201Created
        );
    }

    private static async Task<IResult> GetAsync(
        Guid id,
        Guid file,
        CurrentUser user,
        ReadFiles files,
        CancellationToken cancellation
    ) => await files.FindAsync(id, file, user, cancellation) is { } found ? Describe(found) : NoFile;

    private static async Task<IResult> PatchAsync(
        Guid id,
        Guid file,
        HttpContext context,
        CurrentUser user,
        ChangeFiles files,
        CancellationToken cancellation
    )
    {
        var (body, refused) = await PatchBody.ReadAsync(context.Request, cancellation);
        if (body is null)
            return refused!;
        var name = body.Has("file_name") ? body.Text("file_name") ?? "" : null;
        var note = body.Has("note") ? body.Text("note") ?? "" : null;
        if (!body.Errors.IsEmpty)
            return Problem.Fields(body.Errors);
        return await files.ChangeAsync(id, file, name, note, user, cancellation) switch
        {
            (var changed, null) => Describe(changed!),
            (_, Refusal.NotFound) => NoFile,
            (_, var refusal) => Problem.Of(refusal),
        };
    }

    private static async Task<IResult> RemoveAsync(
        Guid id,
        Guid file,
        CurrentUser user,
        ChangeFiles files,
        CancellationToken cancellation
    ) =>
        await files.RemoveAsync(id, file, user, cancellation) switch
        {
            null => TypedResults.NoContent(),
            LeadRefusal.OnHold onHold => Problem.Of(onHold),
            _ => NoFile,
        };

    private static async Task<IResult> DownloadAsync(
        Guid id,
        Guid file,
        HttpContext context,
        CurrentUser user,
        ReadFiles files,
        ReadResume read,
        RecordLook looks,
        CancellationToken cancellation
    )
    {
        if (await files.FindAsync(id, file, user, cancellation) is not { File: var found })
            return NoFile;
        if (found.IsHeldBack)
            return Problem.Of(
                StatusCodes.Status403Forbidden,
                found.WhyHeldBack().ToString(),
                ProblemCode.ResumeHeldBack
            );
        return await ResumeAttachment.OpenAsync(context, "", "", found, read, looks, user, cancellation)
            ?? Problem.Of(StatusCodes.Status404NotFound, "The file is not in the store.");
    }

    private static JsonHttpResult<LeadFileV1> Describe(LeadFile file) =>
        TypedResults.Json(LeadFileV1.From(file), V1Json.Default.LeadFileV1);

    private static IResult NoFile { get; } =
        Problem.Of(StatusCodes.Status404NotFound, "There is no file with this id at a lead with this id.");
}
