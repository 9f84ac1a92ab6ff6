namespace Anteroom.Firm;

/// <summary>
/// What the firm has set on the page of settings, as a part of the app's configuration: above what comes with the product, below what
/// the environment, <c>.env</c> and the command line say. <see cref="KeepSettings"/> fills it.
/// </summary>
public sealed class StoredSettings : ConfigurationProvider, IConfigurationSource
{
    /// <summary>The values in use. What is wrong in the table is not among them.</summary>
    public IReadOnlyDictionary<string, string?> InUse { get; private set; } =
        new Dictionary<string, string?>(StringComparer.Ordinal);

    /// <inheritdoc />
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc />
    public override void Set(string key, string? value)
    {
        // Code that sets a key sets it for the process, not for the firm.
    }

    /// <summary>Takes other values and tells everybody who follows the configuration.</summary>
    internal void Replace(IReadOnlyDictionary<string, string?> values)
    {
        InUse = values;
        Data = new Dictionary<string, string?>(values, StringComparer.OrdinalIgnoreCase);
        OnReload();
    }
}
