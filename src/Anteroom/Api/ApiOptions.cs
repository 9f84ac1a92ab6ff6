namespace Anteroom.Api;

/// <summary>How the APIs answer. Section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>
    /// Whether the JWT API answers what does not validate as FastAPI does: 422 with a list of errors as <c>detail</c>, instead of 400 with
    /// problem details.
    /// </summary>
    public bool FastApiValidation { get; set; }

    /// <summary>Whether the Django-style API takes a lead without a resume.</summary>
    public bool ResumeOptional { get; set; }
}
