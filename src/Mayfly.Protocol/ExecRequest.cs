namespace Mayfly.Protocol;

/// <summary>
/// Runs a command. <see cref="StreamId.Input"/> is its standard input until end of file, <see cref="StreamId.Output"/>
/// and <see cref="StreamId.Error"/> its two outputs. Ends with an <see cref="ExecOutcome"/>, or <see cref="FailedOutcome"/>
/// where the request itself made no sense.
/// </summary>
public sealed record ExecRequest : Request
{
    /// <summary>Program and arguments; the program is looked up in the command's own PATH. Never empty.</summary>
    public required IReadOnlyList<string> Argv { get; init; }

    /// <summary>Working directory, absolute. Default: the user's home directory, <c>/</c> where that is absent.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables added to, and taking precedence over, the agent's small default environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get => field ?? new Dictionary<string, string>(); init; } = new Dictionary<string, string>();

    /// <summary><c>name</c>, <c>uid</c>, <c>name:group</c> or <c>uid:gid</c>. Default: root.</summary>
    public string? User { get; init; }

    /// <summary>Whether <see cref="StreamId.Input"/> will be sent; without it standard input is <c>/dev/null</c>.</summary>
    public bool Input { get; init; }

    /// <summary>Gives the command a terminal of this size: one merged output stream, and a hang-up on end of input.</summary>
    public TerminalSize? Terminal { get; init; }

    /// <summary>Milliseconds after which the whole process tree is ended. Null: never.</summary>
    public long? TimeoutMs { get; init; }

    /// <summary>Milliseconds between SIGTERM and SIGKILL when a timeout or a cancellation ends the tree.</summary>
    public long GraceMs { get; init; } = 2000;

    /// <summary>Upper bound of the tree's memory in bytes. Null: the machine's.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Upper bound of the tree's number of processes and threads. Null: the machine's.</summary>
    public int? MaxProcesses { get; init; }
}
