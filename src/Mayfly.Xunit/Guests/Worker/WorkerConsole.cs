using System.Text;
using Mayfly.Xunit.Guests.Protocol;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>The console of the tests: what is written is the output of the test that runs.</summary>
internal sealed class WorkerConsole : TextWriter
{
    private volatile WorkerReplies? _replies;

    /// <summary>Whose output it is; null for nobody's.</summary>
    public WorkerReplies? Replies
    {
        get => _replies;
        set => _replies = value;
    }

    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer) => Write(new string(buffer));

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            _replies?.Send(new WorkerMessage(WorkerMessageKind.Console, value));
        }
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + NewLine);
}
