using System.Buffers;
using System.Text;

namespace Mayfly.Cli.Tests.Harness;

/// <summary>What a process has written to one of its outputs so far; others can wait for something to appear in it.</summary>
internal sealed class Transcript
{
    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    public byte[] Bytes
    {
        get
        {
            lock (_gate)
            {
                return _bytes.WrittenSpan.ToArray();
            }
        }
    }

    public string Text => Encoding.UTF8.GetString(Bytes);

    public async Task ReadAsync(Stream source)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await source.ReadAsync(buffer)) > 0)
        {
            Grow(buffer.AsSpan(0, count), ended: false);
        }

        Grow([], ended: true);
    }

    public async Task UntilAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (Encoding.UTF8.GetString(_bytes.WrittenSpan).Contains(text, StringComparison.Ordinal))
                {
                    return;
                }

                Assert.False(_ended, $"the output ended without '{text}': {Encoding.UTF8.GetString(_bytes.WrittenSpan)}");
                grown = _grown.Task;
            }

            try
            {
                await grown.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{text}' did not appear: {Text}");
            }
        }
    }

    private void Grow(ReadOnlySpan<byte> bytes, bool ended)
    {
        lock (_gate)
        {
            _bytes.Write(bytes);
            _ended |= ended;
            _grown.SetResult();
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
