namespace Anteroom.Faults;

/// <summary>A row of the table: something that happens to the product, and what has to be so then.</summary>
internal interface IFault
{
    /// <summary>For <c>--only</c>.</summary>
    string Name { get; }

    /// <summary>What happens.</summary>
    string What { get; }

    /// <summary>What has to be so then.</summary>
    string ToReach { get; }

    /// <summary>Lets it happen, and looks.</summary>
    Task<Outcome> RunAsync(Stage stage, CancellationToken cancellation);
}

/// <summary>What was seen. Reached unless something is wrong.</summary>
internal sealed class Outcome
{
    private readonly List<string> _wrong = [];

    /// <summary>How many submissions were acknowledged, or emails were queued.</summary>
    public long Acknowledged { get; set; }

    /// <summary>How many of these are not there, or did not arrive.</summary>
    public long Lost { get; set; }

    /// <summary>How many were done once more: a second copy of a Message-ID, a lead given out again.</summary>
    public long Twice { get; set; }

    /// <summary>How long it took until all was as before.</summary>
    public TimeSpan? Recovery { get; set; }

    /// <summary>What else is worth knowing.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Why it could not be tried on this machine; null when it was.</summary>
    public string? NotTried { get; init; }

    public IReadOnlyList<string> Wrong => Lost == 0 ? _wrong : [$"{Lost} lost", .. _wrong];

    public bool IsReached => Wrong.Count == 0;

    public void Require(bool isSo, string otherwise)
    {
        if (!isSo)
            _wrong.Add(otherwise);
    }

    /// <summary>It must not take longer than that.</summary>
    public void RecoversWithin(TimeSpan most) =>
        Require(Recovery <= most, $"took {Recovery?.TotalSeconds:0.0} s, not {most.TotalSeconds:0.#} s");
}
