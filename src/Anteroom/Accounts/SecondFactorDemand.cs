using Anteroom.Firm;

namespace Anteroom.Accounts;

/// <summary>
/// The firm asks for a second factor (<see cref="FirmOptions.AsksForSecondFactor"/>) and the user of this request has none: pages lead to
/// setting it up, and to nothing else. <see cref="RefusedAccess"/> holds to it.
/// </summary>
internal static class SecondFactorDemand
{
    /// <summary>Where it is set up.</summary>
    public const string Page = "/me/two-factor";

    private static readonly object Key = new();

    /// <summary>Says so of the request.</summary>
    public static void Make(HttpContext context) => context.Items[Key] = true;

    /// <summary>Whether the user of the request has to set it up.</summary>
    public static bool IsOn(HttpContext context) => context.Items.ContainsKey(Key);

    /// <summary>Whether the request has to wait for it.</summary>
    public static bool Holds(HttpContext context) =>
        IsOn(context) && context.GetEndpoint()?.Metadata.GetMetadata<Exempt>() is null;

    /// <summary>For what a user without the second factor may do all the same.</summary>
    public static TBuilder WithoutSecondFactor<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Exempt());

    private sealed class Exempt;
}
