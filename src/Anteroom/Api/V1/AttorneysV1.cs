using Anteroom.Accounts;
using Anteroom.Api.Documents;
using Anteroom.Leads;

namespace Anteroom.Api.V1;

/// <summary>Who takes leads, and how busy they are: <c>/api/v1/attorneys</c>.</summary>
internal static class AttorneysV1
{
    private static readonly IResult NoAttorney = Problem.Of(
        StatusCodes.Status404NotFound,
        "There is no active attorney with this id."
    );

    public static void MapAttorneysV1(this IEndpointRouteBuilder routes)
    {
        var attorneys = routes
            .MapGroup("/api/v1/attorneys")
            .WithGroupName("v1")
            .WithTags("Attorneys")
            .RequireAuthorization(Rights.WorkLeads);
        attorneys
            .MapGet("", ListAsync)
            .WithSummary("The attorneys, the least busy first")
            .WithDescription("Everybody who takes leads, with the open leads that they have.")
            .Produces<IReadOnlyList<AttorneyV1>>();
        attorneys
            .MapGet("/{id:guid}", GetAsync)
            .WithSummary("One attorney")
            .WithDescription("Whether and how many leads they take, and the open leads that they have.")
            .Produces<AttorneyV1>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        attorneys
            .MapPatch("/{id:guid}", PatchAsync)
            .WithSummary("Say whether and how many leads an attorney takes")
            .WithDescription("What is left out stays. Attorneys change their own, administrators everybody's.")
            .Takes<AvailabilityV1>("application/json")
            .Produces<AttorneyV1>()
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(Attorneys attorneys, CancellationToken cancellation) =>
        TypedResults.Json<IReadOnlyList<AttorneyV1>>(
            [.. (await attorneys.ListAsync(cancellation)).Select(AttorneyV1.From)],
            V1Json.Default.IReadOnlyListAttorneyV1
        );

    private static async Task<IResult> GetAsync(Guid id, Attorneys attorneys, CancellationToken cancellation) =>
        await attorneys.FindAsync(id, cancellation) is { } attorney
            ? TypedResults.Json(AttorneyV1.From(attorney), V1Json.Default.AttorneyV1)
            : NoAttorney;

    private static async Task<IResult> PatchAsync(
        Guid id,
        HttpContext context,
        CurrentUser user,
        SetAvailability setAvailability,
        Attorneys attorneys,
        CancellationToken cancellation
    )
    {
        var (body, refused) = await PatchBody.ReadAsync(context.Request, cancellation);
        if (body is null)
            return refused!;
        var wanted = new Availability
        {
            Available = body.Switch("available"),
            SetsAwayUntil = body.Has("away_until"),
            AwayUntil = body.Instant("away_until"),
            Capacity = body.Number("capacity"),
            PracticeAreas =
                body.Has("practice_areas") ? body.Texts("practice_areas") ?? []
                : !body.Has("practice_area") ? null
                : body.Text("practice_area") is { } area ? [area]
                : [],
        };
        if (!body.Errors.IsEmpty)
            return Problem.Fields(body.Errors);
        return await setAvailability.RunAsync(id, wanted, user, cancellation) switch
        {
            null => await GetAsync(id, attorneys, cancellation),
            Refusal.Invalid invalid => Problem.Fields(invalid.Errors),
            Refusal.Forbidden => Problem.Of(
                StatusCodes.Status403Forbidden,
                "Only administrators change the availability of others."
            ),
            _ => NoAttorney,
        };
    }
}
