using Mayfly.Protocol;

namespace Mayfly.Session;

/// <summary>A command in a guest. Disposal cancels it where it still runs, without waiting for its end.</summary>
internal interface IGuestCommand : IAsyncDisposable
{
    /// <summary>Its process id in the guest; 0 where it could not start.</summary>
    int ProcessId { get; }

    /// <summary>Standard input, write-only; disposal is end of file. Writes wait for the command to read.</summary>
    Stream Input { get; }

    /// <summary>Standard output, read-only. Not reading it stops the command once the window is full.</summary>
    Stream Output { get; }

    /// <summary>Standard error, read-only; at its end from the start where the command has a terminal.</summary>
    Stream Error { get; }

    /// <summary>
    /// How it ended. Complete when the guest has said so, although output may still be unread. Faults with
    /// <see cref="SessionBrokenException"/> where the conversation ended first.
    /// </summary>
    Task<ExecOutcome> Outcome { get; }

    /// <summary>When the guest was last heard of in this command's regard, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    long LastHeardTimestamp { get; }

    /// <summary>Sends a message to the running command; does nothing once it has ended.</summary>
    Task ControlAsync(Control control, CancellationToken cancellationToken);
}
