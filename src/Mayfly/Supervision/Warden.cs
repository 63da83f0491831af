using System.Diagnostics;
using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Supervision;

/// <summary>
/// The owner's end of a warden: a small native process that makes the sandbox's directory, its kernel resources and its
/// program, and takes all of them away when the pipe from this process closes, however that comes about. Should the warden
/// itself die, the kernel kills the program, and this end has the rest released. Disposal closes the pipe, waits until
/// everything is gone, and is safe to repeat.
/// </summary>
internal sealed class Warden : IAsyncDisposable
{
    /// <summary>How much of the program's standard error is kept.</summary>
    public const int StandardErrorTailBytes = 16 * 1024;

    /// <summary>A warden answers within milliseconds, so silence this long means that it is none.</summary>
    private static readonly TimeSpan _answerLimit = TimeSpan.FromSeconds(20);

    /// <summary>The kernel ends a killed monitor in milliseconds; freeing many gigabytes takes longer.</summary>
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _agentPath;
    private readonly string _root;
    private readonly ConsoleLog _standardError = new(StandardErrorTailBytes);
    private readonly TaskCompletionSource<WardenStatus?> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WardenStatus?> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _notes = [];
    private readonly List<string> _left = [];
    private readonly Task _standardErrorClosed;
    private readonly Lazy<Task> _disposal;
    private int _released;

    private Warden(Process process, string agentPath, string root, string id)
    {
        _process = process;
        _agentPath = agentPath;
        _root = root;
        Id = id;
        WardenProcessId = process.Id;
        _standardErrorClosed = DrainStandardErrorAsync();
        Ended = ReadStatusAsync();
        _disposal = new Lazy<Task>(EndAsync);
    }

    /// <summary>The sandbox's id.</summary>
    public string Id { get; }

    /// <summary>The sandbox's private directory, 0700; short enough for sockets below it.</summary>
    public string Directory => Path.Combine(_root, Id);

    /// <summary>The program's process id; 0 before it runs.</summary>
    public int ProcessId { get; private set; }

    /// <summary>The warden's own process id.</summary>
    public int WardenProcessId { get; }

    /// <summary>
    /// Completes when the program has ended, or the warden without one, everything has been released, and all of standard
    /// error has been read; never faults.
    /// </summary>
    public Task<WardenEnd> Ended { get; }

    /// <summary>The end of what the program and the warden wrote to standard error.</summary>
    public string StandardErrorTail => _standardError.GetText();

    /// <summary>What is to be known about the resources that were made, such as limits that can't be had.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_notes)
            {
                return [.. _notes];
            }
        }
    }

    /// <summary>Starts a warden, which makes the sandbox's directory.</summary>
    /// <param name="agentPath">The warden's binary; see <see cref="AgentBinary"/>.</param>
    /// <param name="root">The runtime directory; see <see cref="RuntimeRoot"/>.</param>
    /// <param name="facts">What the sandbox is. Its id: at most 24 letters, digits and hyphens.</param>
    /// <param name="most">How many sandboxes there may be in the runtime directory with this one; null for any number.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing of it is left.</param>
    /// <returns>Null where there are as many as there may be.</returns>
    /// <exception cref="SandboxConfigurationException">MAY1022: another living sandbox has the name.</exception>
    /// <exception cref="MayflyException">The directory could not be made, or the binary is no warden.</exception>
    public static async Task<Warden?> TryStartAsync(string agentPath, string root, SandboxFacts facts, int? most, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string[] arguments = ["warden", root, facts.Id, .. most is { } limit ? [limit.ToString(System.Globalization.CultureInfo.InvariantCulture)] : Array.Empty<string>()];
        var warden = new Warden(Launch(agentPath, arguments), agentPath, root, facts.Id);
        try
        {
            await warden.SendAsync(facts.Write()).ConfigureAwait(false);
            switch (await warden.AnswerAsync(warden._ready.Task, cancellationToken).ConfigureAwait(false))
            {
                case { Kind: WardenStatusKind.Ready }:
                    return warden;
                case { Kind: WardenStatusKind.Full }:
                    await warden.DisposeAsync().ConfigureAwait(false);
                    return null;
                case { Kind: WardenStatusKind.Taken } status:
                    throw SandboxNames.Taken(root, facts.Name!, status.Text);
                case var status:
                    throw new MayflyException(
                        ErrorCode.ResourceUnavailable,
                        ConsoleText.Append(
                            $"the sandbox's directory {warden.Directory} can't be made: {status?.Text ?? "the warden ended without a word"}. Make room there, or set XDG_RUNTIME_DIR to a directory with some",
                            warden.StandardErrorTail,
                            "It wrote"));
            }
        }
        catch
        {
            await warden.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes the resources and starts the program; returns when it runs. Once per warden.</summary>
    /// <param name="plan">What to make and to start.</param>
    /// <param name="cancellationToken">Ends the wait; the warden must then be disposed of.</param>
    /// <exception cref="SandboxBootException">The program could not be started.</exception>
    /// <exception cref="SandboxConfigurationException">A resource can't be had (MAY1013).</exception>
    public async Task RunAsync(WardenPlan plan, CancellationToken cancellationToken)
    {
        var program = plan.Program[0];
        await SendAsync(plan.Write()).ConfigureAwait(false);
        switch (await AnswerAsync(_started.Task, cancellationToken).ConfigureAwait(false))
        {
            case { Kind: WardenStatusKind.Started } status:
                ProcessId = status.Number;
                break;
            case { Kind: WardenStatusKind.Denied } status:
                throw new SandboxConfigurationException(
                    ErrorCode.ResourceUnavailable,
                    $"a resource of the sandbox can't be had: {status.Text}. It needs rights or room that this process has not; run as root, or do without it.");
            case var status:
                throw new SandboxBootException(
                    ErrorCode.HypervisorExitedEarly,
                    ConsoleText.Append($"{program} could not be started: {status?.Text ?? "the warden ended without a word"}", StandardErrorTail, "It wrote"),
                    "");
        }
    }

    /// <inheritdoc/>
    /// <exception cref="MayflyException">MAY4001: something is left, which the message names.</exception>
    public async ValueTask DisposeAsync() => await _disposal.Value.ConfigureAwait(false);

    private static Process Launch(string agentPath, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(agentPath, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new SandboxConfigurationException(
                ErrorCode.AgentMissing,
                $"the native agent {agentPath} can't be run as the warden: {e.Message}. Run build/setup to make it again.",
                e);
        }
    }

    private async Task SendAsync(byte[] text)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(text).ConfigureAwait(false);
            await _process.StandardInput.BaseStream.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It has ended, and what it said or did not say tells why.
        }
    }

    private async Task<WardenStatus?> AnswerAsync(Task<WardenStatus?> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.WaitAsync(_answerLimit, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new WardenStatus(WardenStatusKind.Failed, Text: $"{_agentPath} said nothing for {_answerLimit.TotalSeconds:0} s");
        }
    }

    private async Task DrainStandardErrorAsync()
    {
        var buffer = new byte[4096];
        int count;
        while ((count = await _process.StandardError.BaseStream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
        {
            _standardError.Write(buffer.AsSpan(0, count));
        }
    }

    private async Task<WardenEnd> ReadStatusAsync()
    {
        WardenEnd? end = null;
        WardenEndKind? cause = null;
        while (await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            switch (WardenStatus.Parse(line))
            {
                case { Kind: WardenStatusKind.Ready or WardenStatusKind.Full or WardenStatusKind.Taken } status:
                    _ready.TrySetResult(status);
                    break;
                case { Kind: WardenStatusKind.Started or WardenStatusKind.Denied } status:
                    _started.TrySetResult(status);
                    break;
                case { Kind: WardenStatusKind.Failed } status:
                    _ready.TrySetResult(status);
                    _started.TrySetResult(status);
                    break;
                case { Kind: WardenStatusKind.Note } status:
                    lock (_notes)
                    {
                        _notes.Add(status.Text);
                    }

                    break;
                case { Kind: WardenStatusKind.Left } status:
                    _left.Add(status.Text);
                    break;
                case { Kind: WardenStatusKind.Expired }:
                    cause = WardenEndKind.Expired;
                    break;
                case { Kind: WardenStatusKind.Removed }:
                    cause = WardenEndKind.Removed;
                    break;
                case { Kind: WardenStatusKind.Starved }:
                    cause ??= WardenEndKind.OutOfMemory;
                    break;
                case { Kind: WardenStatusKind.Exited or WardenStatusKind.Signalled } status:
                    end = cause is { } known
                        ? new WardenEnd(known, 0)
                        : new WardenEnd(status.Kind == WardenStatusKind.Exited ? WardenEndKind.Exited : WardenEndKind.Signalled, status.Number);

                    // Without its program a sandbox is of no use: have the rest released at once.
                    Release();
                    break;
                default:
                    break;
            }
        }

        _ready.TrySetResult(null);
        _started.TrySetResult(null);
        Release();

        // The program holds standard error open too, so its end shows that the last words have been read.
        await CompletesAsync(_standardErrorClosed).ConfigureAwait(false);
        await ReleaseRestAsync().ConfigureAwait(false);
        return end ?? new WardenEnd(WardenEndKind.WardenLost, 0);
    }

    // It goes by being renamed first, and a warden can be killed after that as well, or be unable to empty it.
    private bool HasDirectory => System.IO.Directory.Exists(Directory) || System.IO.Directory.Exists(Path.Combine(_root, ResourceNames.DiscardedPrefix + Id));

    /// <summary>Where the warden was killed or could not do everything, the directory is still there: does what is left.</summary>
    private async Task ReleaseRestAsync()
    {
        if (!HasDirectory)
        {
            return;
        }

        var left = await Reaper.ReapAsync(_agentPath, _root, Id).ConfigureAwait(false);
        if (left.Count > 0 || !HasDirectory)
        {
            // What the warden had to say is out of date.
            _left.Clear();
            _left.AddRange(left);
        }
    }

    private void Release()
    {
        if (Interlocked.Exchange(ref _released, 1) != 0)
        {
            return;
        }

        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The warden is gone, and with it the other end of the pipe.
        }
    }

    private async Task EndAsync()
    {
        Release();
        await EndWardenAsync().ConfigureAwait(false);

        // Program and warden hold the other end of standard error, so its end proves that both are gone.
        var closed = await CompletesAsync(_standardErrorClosed).ConfigureAwait(false);

        // Process leaves the streams that it has handed out to its user; nobody reads them when the end is known.
        // The rest of a lost warden's work is done before that, within the reaper's own bound.
        var released = await CompletesAsync(Ended, Reaper.Limit + _endLimit).ConfigureAwait(false);
        if (released)
        {
            _process.StandardOutput.Dispose();
            _process.StandardError.Dispose();
        }

        _process.Dispose();
        if (!closed || !released)
        {
            throw new MayflyException(
                ErrorCode.TeardownIncomplete,
                $"process {ProcessId} still runs {_endLimit.TotalSeconds:0} s after it was killed; it hangs in the kernel or has lost its warden. Kill it by hand.");
        }

        if (_left.Count > 0)
        {
            throw new MayflyException(
                ErrorCode.TeardownIncomplete,
                $"sandbox {Id} could not be released wholly: {string.Join("; ", _left)}. `mayfly reap` tries again.");
        }
    }

    private async Task EndWardenAsync()
    {
        if (!await CompletesAsync(_process.WaitForExitAsync()).ConfigureAwait(false))
        {
            _process.Kill();
            await CompletesAsync(_process.WaitForExitAsync()).ConfigureAwait(false);
        }
    }

    private static Task<bool> CompletesAsync(Task task) => CompletesAsync(task, _endLimit);

    private static async Task<bool> CompletesAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
