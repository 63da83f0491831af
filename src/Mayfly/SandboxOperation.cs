using System.Globalization;
using System.Text;

namespace Mayfly;

/// <summary>A command or a transfer, as an observer sees it.</summary>
public sealed class SandboxOperation
{
    private const int TailLines = 10;
    private const int TailBytes = 4096;

    private readonly TaskCompletionSource<SandboxOperationEnd> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider _time;
    private readonly long _begun;

    internal SandboxOperation(Sandbox sandbox, string description, TimeProvider time)
    {
        Sandbox = sandbox;
        Description = GuestText.NeutraliseLines(description);
        _time = time;
        _begun = time.GetTimestamp();
    }

    /// <summary>Where it happens.</summary>
    public Sandbox Sandbox { get; }

    /// <summary>What it is, such as <c>$ uname -r</c> or <c>pushing 'data' to '/data'</c>.</summary>
    public string Description { get; }

    /// <summary>How long it has been going on, or took.</summary>
    public TimeSpan Duration => Completion.IsCompletedSuccessfully ? Completion.Result.Duration : _time.GetElapsedTime(_begun);

    /// <summary>How it ended. Completes when it has; never faults.</summary>
    public Task<SandboxOperationEnd> Completion => _completion.Task;

    internal void End(ExecResult result) =>
        End(result.End.IsSuccess, result.End.ToString(), [.. Tail(result.StandardOutputBytes), .. Tail(result.StandardErrorBytes)]);

    internal void End(TransferResult result) =>
        End(true, string.Create(CultureInfo.InvariantCulture, $"moved {result.Entries} entries, {result.Size}"), []);

    internal void Fail(Exception exception)
    {
        if (exception is ExecCanceledException { Result: var result })
        {
            End(result);
        }
        else
        {
            End(false, exception.Message.Split('\n')[0], []);
        }
    }

    /// <summary>For a command that was handed over: its output is its owner's business.</summary>
    internal void EndWith(Task<ExecEnd> completion) =>
        completion.ContinueWith(
            ended => End(ended.Result.IsSuccess, ended.Result.ToString(), []),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private void End(bool isSuccess, string summary, IReadOnlyList<string> tail) =>
        _completion.TrySetResult(new SandboxOperationEnd(isSuccess, GuestText.NeutraliseLines(summary), _time.GetElapsedTime(_begun), tail));

    private static List<string> Tail(ReadOnlyMemory<byte> output) =>
        ConsoleText.LastLines(Encoding.UTF8.GetString(output.Span[^Math.Min(TailBytes, output.Length)..]), TailLines);
}
