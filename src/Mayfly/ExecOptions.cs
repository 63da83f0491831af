namespace Mayfly;

/// <summary>How a command runs.</summary>
public sealed record ExecOptions
{
    /// <summary>Working directory in the guest, absolute. Default: the user's home directory.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables added to the guest's small default environment. Nothing of the host's is passed on.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary><c>name</c>, <c>uid</c>, <c>name:group</c> or <c>uid:gid</c> in the guest. Default: root.</summary>
    public string? User { get; init; }

    /// <summary>
    /// After this long the whole process tree is ended. Default 30 s; at least 1 ms;
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between SIGTERM and SIGKILL when the tree is ended. Default 2 s; zero to kill at once.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Read to its end and fed to standard input. Default: standard input is <c>/dev/null</c>.</summary>
    public Stream? Input { get; init; }

    /// <summary>Receives standard output as it arrives, besides what the result keeps.</summary>
    public Stream? Output { get; init; }

    /// <summary>Receives standard error as it arrives, besides what the result keeps.</summary>
    public Stream? Error { get; init; }

    /// <summary>
    /// How much of each output the result keeps; the beginning stays, the rest is counted and dropped while the command
    /// goes on. Default 16 MiB; at most 1 GiB.
    /// </summary>
    public ByteSize MaxCapturedOutput { get; init; } = ByteSize.MiB(16);

    /// <summary>Gives the command a terminal, which merges standard error into standard output. Default: none.</summary>
    public TerminalSize? Terminal { get; init; }

    /// <summary>
    /// Called once, before any output is delivered, when the command runs: to send it signals or resize its terminal
    /// from elsewhere. Not called where it could not start, nor by <see cref="Sandbox.StartCommandAsync"/>.
    /// </summary>
    public Action<ExecControl>? OnStarted { get; init; }

    /// <summary>Upper bound of the process tree's memory. Default: the machine's.</summary>
    public ByteSize? Memory { get; init; }

    /// <summary>Upper bound of the number of processes and threads in the tree. Default: the machine's.</summary>
    public int? MaxProcesses { get; init; }
}
