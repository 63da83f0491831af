using System.Diagnostics;
using Mayfly.Diagnostics;
using Mayfly.Hypervisors;

namespace Mayfly.Supervision;

/// <summary>
/// A program in the keeping of a warden: a small native process that kills the program and removes the sandbox's directory
/// when the pipe from this process closes, however that comes about. Should the warden itself die, the kernel kills the
/// program. Disposal closes the pipe, waits until both are gone, and is safe to repeat.
/// </summary>
internal sealed class Warden : IAsyncDisposable
{
    /// <summary>How much of the program's standard error is kept.</summary>
    public const int StandardErrorTailBytes = 16 * 1024;

    /// <summary>A warden says <c>started</c> within milliseconds, so silence this long means that it is none.</summary>
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(20);

    /// <summary>The kernel ends a killed monitor in milliseconds; freeing many gigabytes takes longer.</summary>
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly string _directory;
    private readonly ConsoleLog _standardError = new(StandardErrorTailBytes);
    private readonly TaskCompletionSource<WardenStatus> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _standardErrorClosed;
    private readonly Lazy<Task> _disposal;
    private int _released;

    private Warden(Process process, string directory)
    {
        _process = process;
        _directory = directory;
        WardenProcessId = process.Id;
        _standardErrorClosed = DrainStandardErrorAsync();
        Ended = ReadStatusAsync();
        _disposal = new Lazy<Task>(EndAsync);
    }

    /// <summary>The program's process id.</summary>
    public int ProcessId { get; private set; }

    /// <summary>The warden's own process id.</summary>
    public int WardenProcessId { get; }

    /// <summary>
    /// Completes when the program has ended, its directory is gone and all it wrote to standard error has been read;
    /// never faults.
    /// </summary>
    public Task<WardenEnd> Ended { get; }

    /// <summary>The end of what the program and the warden wrote to standard error.</summary>
    public string StandardErrorTail => _standardError.GetText();

    /// <summary>Starts the program and returns when it runs.</summary>
    /// <param name="agentPath">The warden's binary; see <see cref="AgentBinary"/>.</param>
    /// <param name="directory">Removed with all it holds when the warden ends.</param>
    /// <param name="program">The program's absolute path.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing of it is left.</param>
    /// <exception cref="SandboxBootException">The program could not be started.</exception>
    public static async Task<Warden> StartAsync(
        string agentPath,
        string directory,
        string program,
        IReadOnlyList<string> arguments,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var warden = new Warden(Launch(agentPath, ["warden", "--remove", directory, "--", program, .. arguments]), directory);
        try
        {
            var status = await warden._started.Task.WaitAsync(_startLimit, cancellationToken).ConfigureAwait(false);
            warden.ProcessId = status.StartedPid
                ?? throw Failed(program, status.Failure ?? "the warden ended without a word", warden.StandardErrorTail);
            return warden;
        }
        catch (TimeoutException e)
        {
            await warden.DisposeAsync().ConfigureAwait(false);
            throw Failed(program, $"{agentPath} said nothing for {_startLimit.TotalSeconds:0} s", warden.StandardErrorTail, e);
        }
        catch
        {
            await warden.DisposeAsync().ConfigureAwait(false);
            throw;
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

    private static SandboxBootException Failed(string program, string reason, string standardError, Exception? cause = null) => new(
        ErrorCode.HypervisorExitedEarly,
        ConsoleText.Append($"{program} could not be started: {reason}", standardError, "It wrote"),
        "",
        cause);

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
        while (end is null && await _process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            var status = WardenStatus.Parse(line);
            end = status?.End;
            if (status is { StartedPid: not null } or { Failure: not null })
            {
                _started.TrySetResult(status);
            }
        }

        _started.TrySetResult(new WardenStatus());

        // The warden holds standard error open too, so only its own end shows that the last words have been read.
        Release();
        await CompletesAsync(_standardErrorClosed).ConfigureAwait(false);
        return end ?? new WardenEnd(WardenEndKind.WardenLost, 0);
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
        if (await CompletesAsync(Ended).ConfigureAwait(false))
        {
            _process.StandardOutput.Dispose();
            _process.StandardError.Dispose();
        }

        _process.Dispose();
        Debris.Remove(_directory);
        if (!closed)
        {
            throw new MayflyException(
                ErrorCode.TeardownIncomplete,
                $"process {ProcessId} still runs {_endLimit.TotalSeconds:0} s after it was killed; it hangs in the kernel or has lost its warden. Kill it by hand.");
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

    private static async Task<bool> CompletesAsync(Task task)
    {
        try
        {
            await task.WaitAsync(_endLimit).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
