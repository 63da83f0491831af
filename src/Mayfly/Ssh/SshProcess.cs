using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Mayfly.Diagnostics;

namespace Mayfly.Ssh;

/// <summary>
/// A running <c>ssh</c>. The native agent holds it on a tether, so that it goes with this process however that ends, and in a
/// session of its own, away from the owner's terminal. Disposal first closes its input, which ends the far end in order.
/// </summary>
internal sealed class SshProcess : IAsyncDisposable
{
    private const int KeptWordsChars = 8 * 1024;

    private static readonly TimeSpan _politeness = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _killLimit = TimeSpan.FromSeconds(5);

    // Ways in which an owner's own habits would get into the conversation.
    private static readonly string[] _unwanted = ["SSH_AUTH_SOCK", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "DISPLAY", "WAYLAND_DISPLAY"];

    private readonly Process _process;
    private readonly TimeProvider _time;
    private readonly StringBuilder _words = new();
    private readonly Task _listening;
    private readonly Lock _gate = new();
    private Task? _ending;
    private int? _exitCode;

    private SshProcess(Process process, TimeProvider time)
    {
        _process = process;
        _time = time;
        Input = process.StandardInput.BaseStream;
        Output = process.StandardOutput.BaseStream;
        _listening = ListenAsync(process.StandardError);
    }

    /// <summary>To the far end.</summary>
    public Stream Input { get; }

    /// <summary>From the far end.</summary>
    public Stream Output { get; }

    /// <summary>The end of what it has said on its standard error; untrusted, as the far end has a part in it.</summary>
    public string Words
    {
        get
        {
            lock (_words)
            {
                return _words.ToString();
            }
        }
    }

    /// <summary>Its exit code; null until it has been disposed of.</summary>
    public int? ExitCode => _exitCode;

    /// <summary>Starts it.</summary>
    /// <exception cref="SandboxConfigurationException">The native agent can't be run (MAY1006).</exception>
    public static SshProcess Start(SshProgram ssh, string agentPath, IReadOnlyList<string> arguments, TimeProvider time)
    {
        var owner = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(agentPath, ["tether", owner, ssh.Path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        start.Environment["SHELL"] = "/bin/sh";
        foreach (var name in _unwanted)
        {
            start.Environment.Remove(name);
        }

        try
        {
            return new SshProcess(Process.Start(start)!, time);
        }
        catch (Win32Exception exception)
        {
            throw new SandboxConfigurationException(
                ErrorCode.AgentMissing, $"the native agent {agentPath} can't be run: {exception.Message}. Run build/setup.", exception);
        }
    }

    /// <summary>Waits for an end that its closed output has announced, and for its last words.</summary>
    public async Task<int?> WaitForEndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(_politeness, _time).ConfigureAwait(false);
            await _listening.WaitAsync(_politeness, _time).ConfigureAwait(false);
            return _process.ExitCode;
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidOperationException)
        {
            return _exitCode;
        }
    }

    /// <summary>Ends it at once; whoever reads from it sees an end.</summary>
    public void Kill()
    {
        lock (_gate)
        {
            if (_exitCode is null)
            {
                KillTree();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_ending ??= EndAsync());
        }
    }

    private async Task EndAsync()
    {
        await Task.Yield();
        Input.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(_politeness, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            KillTree();
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        try
        {
            // The tether's end is ssh's, a moment later where it was killed: then nobody has the pipe any more.
            await _listening.WaitAsync(_killLimit, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Whoever still has it is not of ours.
        }

        // Process leaves the streams that have been handed out to the finalizer.
        await Output.DisposeAsync().ConfigureAwait(false);
        _process.StandardError.Dispose();
        lock (_gate)
        {
            _exitCode = _process.ExitCode;
            _process.Dispose();
        }
    }

    private void KillTree()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or AggregateException or Win32Exception)
        {
            // It has ended by itself meanwhile.
        }
    }

    private async Task ListenAsync(StreamReader reader)
    {
        var buffer = new char[KeptWordsChars];
        try
        {
            int count;
            while ((count = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                lock (_words)
                {
                    _words.Append(buffer, 0, count);
                    _words.Remove(0, Math.Max(0, _words.Length - KeptWordsChars));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Disposed of while it still spoke.
        }
    }
}
