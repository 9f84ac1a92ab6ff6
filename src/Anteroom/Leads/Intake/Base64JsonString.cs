using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;

namespace Anteroom.Leads;

/// <summary>
/// Decodes a base64 JSON string (RFC 4648 section 4) as it arrives. Starts after the opening quote and consumes the closing one. Padding,
/// line breaks and a <c>data:…;base64,</c> prefix (RFC 2397) are optional. Anything that is not base64 ends the stream, and
/// <see cref="Problem"/> says so.
/// </summary>
internal sealed class Base64JsonString(PipeReader body, long mostCharacters) : Stream
{
    /// <summary>For the field, when the text is not base64.</summary>
    public const string NotBase64 =
        "This is not base64. Please send the bytes of the file as base64 text, with or without a data: prefix.";

    private const int LongestPrefix = 256;
    private static readonly SearchValues<byte> Alphabet = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8
    );

    private readonly byte[] _group = new byte[4];
    private readonly byte[] _spare = new byte[3];
    private readonly StringBuilder _prefix = new();
    private int _inGroup;
    private int _padding;
    private int _spareFrom;
    private int _spareTo;
    private int _escape;
    private int _code;
    private bool _prefixDone;
    private long _characters;
    private bool _closed;

    /// <summary>Why the text cannot be decoded, as a sentence; null while nothing is wrong.</summary>
    public string? Problem { get; private set; }

    /// <inheritdoc />
    /// <exception cref="UnreadableSubmissionException">The body ended inside the string (400), or the string is too long (413).</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_spareFrom == _spareTo && buffer.Length < _spare.Length)
            (_spareFrom, _spareTo) = (0, await DecodeSomeAsync(_spare, cancellationToken));
        if (_spareFrom == _spareTo)
            return buffer.Length < _spare.Length ? 0 : await DecodeSomeAsync(buffer, cancellationToken);

        var count = Math.Min(buffer.Length, _spareTo - _spareFrom);
        _spare.AsMemory(_spareFrom, count).CopyTo(buffer);
        _spareFrom += count;
        return count;
    }

    /// <summary>Skips to the closing quote.</summary>
    public async Task SkipAsync(CancellationToken cancellation)
    {
        Problem ??= "";
        while (!_closed)
            await DecodeSomeAsync(_spare, cancellation);
    }

    /// <summary>At least one byte into a target of at least three, or 0 at the end.</summary>
    private async ValueTask<int> DecodeSomeAsync(Memory<byte> target, CancellationToken cancellation)
    {
        while (!_closed)
        {
            var read = await body.ReadAsync(cancellation);
            var before = _characters;
            var written = 0;
            foreach (var segment in read.Buffer)
            {
                var taken = Decode(segment.Span, target.Span, ref written);
                _characters += taken;
                if (taken < segment.Length)
                    break;
            }

            var left = read.Buffer.Length - (_characters - before);
            body.AdvanceTo(read.Buffer.GetPosition(_characters - before));
            if (_characters > mostCharacters)
                throw new UnreadableSubmissionException(
                    StatusCodes.Status413PayloadTooLarge,
                    "The resume is too large for this address."
                );
            if (written > 0)
                return written;
            if (read.IsCompleted && left == 0 && !_closed)
                throw new UnreadableSubmissionException(
                    StatusCodes.Status400BadRequest,
                    "JSON parse error - it ended inside the text of resume."
                );
            if (Problem?.Length > 0)
                return 0;
        }

        return 0;
    }

    /// <summary>Decodes until the source ends, the target is full or the string is closed; returns the bytes consumed.</summary>
    private int Decode(ReadOnlySpan<byte> source, Span<byte> target, ref int written)
    {
        var at = 0;
        while (at < source.Length && !_closed && target.Length - written >= _spare.Length)
        {
            if (_prefixDone && Problem is null && _inGroup == 0 && _padding == 0 && _escape == 0)
            {
                var run = source[at..];
                var end = run.IndexOfAnyExcept(Alphabet);
                var whole = Math.Min((end < 0 ? run.Length : end) & ~3, (target.Length - written) / 3 * 4);
                if (whole > 0)
                {
                    Base64.DecodeFromUtf8(run[..whole], target[written..], out _, out var bytes, isFinalBlock: false);
                    written += bytes;
                    at += whole;
                    continue;
                }
            }

            Take(source[at++], target, ref written);
        }

        return at;
    }

    /// <summary>One byte of the JSON string; escapes are resolved here.</summary>
    private void Take(byte one, Span<byte> target, ref int written)
    {
        switch (_escape)
        {
            case 0 when one == (byte)'"':
                Close(target, ref written);
                break;
            case 0 when one == (byte)'\\':
                _escape = 1;
                break;
            case 0:
                Character(one, target, ref written);
                break;
            case 1 when one == (byte)'u':
                (_escape, _code) = (2, 0);
                break;
            case 1:
                _escape = 0;
                Character(
                    one switch
                    {
                        (byte)'n' or (byte)'r' or (byte)'t' => (byte)'\n',
                        (byte)'/' => (byte)'/',
                        _ => 0,
                    },
                    target,
                    ref written
                );
                break;
            default:
                _code = char.IsAsciiHexDigit((char)one)
                    ? (_code * 16) + Convert.ToInt32(((char)one).ToString(), 16)
                    : 0x10000;
                if (++_escape == 6)
                {
                    _escape = 0;
                    Character(_code < 0x80 ? (byte)_code : (byte)0, target, ref written);
                }

                break;
        }
    }

    /// <summary>One character of the text.</summary>
    private void Character(byte one, Span<byte> target, ref int written)
    {
        if (Problem is not null || one is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            return;
        if (!_prefixDone)
            Prefix(one, target, ref written);
        else
            Digit(one, target, ref written);
    }

    /// <summary>Skips to the comma if the text starts like a data: URL; otherwise it is base64 from the start.</summary>
    private void Prefix(byte one, Span<byte> target, ref int written)
    {
        const string Scheme = "data:";
        _prefix.Append((char)one);
        if (_prefix.Length <= Scheme.Length)
        {
            if (char.ToLowerInvariant((char)one) != Scheme[_prefix.Length - 1])
                NoPrefix(target, ref written);
        }
        else if (one == (byte)',')
        {
            _prefixDone = true;
            if (!_prefix.ToString().EndsWith(";base64,", StringComparison.OrdinalIgnoreCase))
                Problem = NotBase64;
        }
        else if (_prefix.Length == LongestPrefix)
            Problem = NotBase64;
    }

    private void NoPrefix(Span<byte> target, ref int written)
    {
        _prefixDone = true;
        for (var i = 0; i < _prefix.Length; i++)
            Digit((byte)_prefix[i], target, ref written);
    }

    private void Digit(byte one, Span<byte> target, ref int written)
    {
        if (Problem is not null)
            return;
        if (one == (byte)'=' && ++_padding <= 2)
            return;
        if (_padding > 0 || !Alphabet.Contains(one))
        {
            Problem = NotBase64;
            return;
        }

        _group[_inGroup++] = one;
        if (_inGroup == 4)
            Flush(target, ref written);
    }

    private void Close(Span<byte> target, ref int written)
    {
        _closed = true;
        if (Problem is not null)
            return;
        if (!_prefixDone && _prefix.Length < "data:".Length)
            NoPrefix(target, ref written);
        if (!_prefixDone || _inGroup == 1 || (_padding > 0 && _inGroup + _padding != 4))
            Problem ??= NotBase64;
        else if (_inGroup > 0)
        {
            _group.AsSpan(_inGroup).Fill((byte)'=');
            Flush(target, ref written);
        }
    }

    private void Flush(Span<byte> target, ref int written)
    {
        _inGroup = 0;
        Base64.DecodeFromUtf8(_group, target[written..], out _, out var bytes);
        written += bytes;
    }

    /// <inheritdoc />
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc />
    public override bool CanRead => true;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => false;

    /// <inheritdoc />
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc />
    public override void Flush() { }

    /// <inheritdoc />
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc />
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
