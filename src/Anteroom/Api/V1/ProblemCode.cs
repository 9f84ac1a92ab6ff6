namespace Anteroom.Api.V1;

/// <summary>The <c>code</c> of a problem, for programs. Names stay; new ones may come. docs/api.md lists them.</summary>
internal static class ProblemCode
{
    public const string InvalidFields = "invalid_fields";
    public const string MoveNotAllowed = "move_not_allowed";
    public const string BeingWelcomed = "being_welcomed";
    public const string ContactRecorded = "contact_recorded";
    public const string ResumeHeldBack = "resume_held_back";

    /// <summary>The code of an answer that has none of its own.</summary>
    public static string Of(int status) => ByStatus.GetValueOrDefault(status, "invalid_request");

    /// <summary>All of them, for the documents; those of OAuth (RFC 6749 section 5.2) included.</summary>
    public static IEnumerable<string> All =>
        [
            InvalidFields,
            MoveNotAllowed,
            BeingWelcomed,
            ContactRecorded,
            ResumeHeldBack,
            .. ByStatus.Values,
            "invalid_token",
            "invalid_grant",
            "mfa_required",
            "unsupported_grant_type",
            "temporarily_unavailable",
        ];

    private static readonly Dictionary<int, string> ByStatus = new()
    {
        [StatusCodes.Status400BadRequest] = "invalid_request",
        [StatusCodes.Status401Unauthorized] = "unauthenticated",
        [StatusCodes.Status403Forbidden] = "forbidden",
        [StatusCodes.Status404NotFound] = "not_found",
        [StatusCodes.Status405MethodNotAllowed] = "method_not_allowed",
        [StatusCodes.Status408RequestTimeout] = "too_slow",
        [StatusCodes.Status409Conflict] = "conflict",
        [StatusCodes.Status410Gone] = "start_again",
        [StatusCodes.Status412PreconditionFailed] = "changed_meanwhile",
        [StatusCodes.Status413PayloadTooLarge] = "too_large",
        [StatusCodes.Status415UnsupportedMediaType] = "unsupported_media_type",
        [StatusCodes.Status422UnprocessableEntity] = "idempotency_key_reused",
        [StatusCodes.Status429TooManyRequests] = "too_many_requests",
        [StatusCodes.Status500InternalServerError] = "internal_error",
        [StatusCodes.Status503ServiceUnavailable] = "unavailable",
    };
}
