namespace Anteroom.Tests.Resumes.Stores;

/// <summary>What comes in from a browser, in its unpleasant kinds.</summary>
internal abstract class Upload : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

internal sealed class Endless : Upload
{
    public new long Read { get; private set; }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Read += buffer.Length;
        return ValueTask.FromResult(buffer.Length);
    }
}

internal sealed class BreaksOff : Upload
{
    private bool _begun;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_begun)
            throw new EndOfStreamException();
        _begun = true;
        return ValueTask.FromResult(Math.Min(buffer.Length, 1000));
    }
}

internal sealed class Hangs : Upload
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
