using System.Buffers;
using System.Text.Json;

namespace Anteroom.Leads;

/// <summary>
/// A JSON text as it arrives, minus one string: the top-level property <c>resume</c>, which may be megabytes long and goes elsewhere. It
/// looks only for that string; a real parser checks the rest once <see cref="Json"/> is complete.
/// </summary>
internal sealed class JsonOutline(int mostBytes)
{
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private int _depth;
    private bool _inString;
    private bool _escaped;
    private int _stringStart;
    private bool _keyIsResume;
    private bool _resumeNext;

    /// <summary>What was read so far, with an empty string for the resume.</summary>
    public ReadOnlyMemory<byte> Json => _json.WrittenMemory;

    /// <summary>Consumes bytes up to and including the quote that opens the resume, or all of them.</summary>
    /// <param name="bytes">What has arrived.</param>
    /// <param name="atResume">The next byte is the first of the resume's string.</param>
    /// <returns>How many bytes were consumed.</returns>
    /// <exception cref="UnreadableSubmissionException">There is too much beside the resume: 413.</exception>
    public SequencePosition Take(ReadOnlySequence<byte> bytes, out bool atResume)
    {
        atResume = false;
        var taken = 0L;
        foreach (var segment in bytes)
        {
            var here = 0;
            foreach (var one in segment.Span)
            {
                here++;
                if (Follow(one))
                {
                    atResume = true;
                    break;
                }
            }

            if (_json.WrittenCount + here > mostBytes)
                throw SubmissionReader.TextsTooLong();
            taken += here;
            if (atResume)
                break;
        }

        return bytes.GetPosition(taken);
    }

    /// <summary>The string has been read elsewhere, with its closing quote.</summary>
    public void CloseString() => Keep((byte)'"');

    /// <summary>True when this byte opens the resume's string.</summary>
    private bool Follow(byte one)
    {
        Keep(one);
        if (_inString)
        {
            FollowString(one);
            return false;
        }

        switch (one)
        {
            case (byte)'"' when _resumeNext:
                _resumeNext = false;
                return true;
            case (byte)'"':
                _inString = true;
                _stringStart = _json.WrittenCount - 1;
                break;
            case (byte)'{' or (byte)'[':
                _depth++;
                _resumeNext = false;
                break;
            case (byte)'}' or (byte)']':
                _depth--;
                break;
            case (byte)':':
                _resumeNext = _depth == 1 && _keyIsResume;
                break;
            case (byte)',':
                _resumeNext = false;
                break;
        }

        return false;
    }

    private void FollowString(byte one)
    {
        if (_escaped)
            _escaped = false;
        else if (one == (byte)'\\')
            _escaped = true;
        else if (one == (byte)'"')
        {
            _inString = false;
            _keyIsResume = _depth == 1 && IsResume(_json.WrittenSpan[_stringStart..]);
        }
    }

    /// <summary>Whether a string in quotes says <c>resume</c>, escapes resolved.</summary>
    private static bool IsResume(ReadOnlySpan<byte> quoted)
    {
        try
        {
            var reader = new Utf8JsonReader(quoted);
            return reader.Read() && reader.ValueTextEquals("resume"u8);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false; // not JSON, or half a surrogate pair: the parser will say so
        }
    }

    private void Keep(byte one)
    {
        _json.GetSpan(1)[0] = one;
        _json.Advance(1);
    }
}
