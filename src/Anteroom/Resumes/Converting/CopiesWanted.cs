using Microsoft.Extensions.Options;

namespace Anteroom.Resumes;

/// <summary>Of which files copies are made: where the programs for it are missing, nothing is queued and nothing waits.</summary>
public sealed class CopiesWanted
{
    private readonly IOptions<ConversionOptions> _options;
    private readonly LibreOffice _office;
    private readonly DrawThumbnail _thumbnail;

    // A process without background work knows nothing of the programs of those that do it; one without them ends the work at once.
    private readonly bool _worksHere;

    internal CopiesWanted(
        IOptions<ConversionOptions> options,
        LibreOffice office,
        DrawThumbnail thumbnail,
        bool worksHere
    ) => (_options, _office, _thumbnail, _worksHere) = (options, office, thumbnail, worksHere);

    /// <summary>Whether there is any at all.</summary>
    public bool Any => _options.Value.Enabled && (!_worksHere || _office.IsOn || _thumbnail.IsOn);

    /// <summary>Whether it is worth queueing.</summary>
    public bool Of(ResumeType type) =>
        _options.Value.Enabled
        && (type == ResumeType.Pdf ? !_worksHere || _thumbnail.IsOn : type.IsOffice() && (!_worksHere || _office.IsOn));
}
