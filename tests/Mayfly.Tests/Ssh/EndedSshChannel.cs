namespace Mayfly.Tests.Ssh;

/// <summary>A command that has ended without a word.</summary>
internal sealed class EndedSshChannel(string? loss, string words) : SshChannel
{
    public override Stream Input => Stream.Null;

    public override Stream Output => Stream.Null;

    public override string Words => words;

    public bool IsDisposed { get; private set; }

    public override Task<ReadOnlyMemory<byte>> ReadHostKeyAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public override void Kill()
    {
    }

    public override Task<string?> ReadLossAsync() => Task.FromResult(loss);

    public override ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return default;
    }
}
