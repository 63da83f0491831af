using System.Text;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Boot;

/// <summary>
/// What goes wrong without ending the agent: kept for the greeting, and said in the kernel's log where that is the
/// agent's own machine's.
/// </summary>
internal sealed class BootLog(bool ownsMachine)
{
    private const int MaxWarnings = 64;

    private readonly Lock _lock = new();
    private readonly List<string> _warnings = [];
    private Descriptor? _kernelLog;

    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_lock)
            {
                return [.. _warnings];
            }
        }
    }

    /// <summary>Whether nothing went wrong.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _warnings.Count == 0;
            }
        }
    }

    /// <summary>Why the machine is not what it should be, so that the host gives it up; null where it is.</summary>
    public string? Failure { get; private set; }

    /// <summary>Says what makes the machine useless. The first counts.</summary>
    public void Fail(string message)
    {
        Warn(message);
        lock (_lock)
        {
            Failure ??= message;
        }
    }

    public void Warn(string message)
    {
        lock (_lock)
        {
            if (_warnings.Count < MaxWarnings)
            {
                _warnings.Add(message);
            }

            if (!ownsMachine)
            {
                return;
            }

            if (_kernelLog is null or { IsInvalid: true })
            {
                _kernelLog = Libc.Open("/dev/kmsg", Linux.O_WRONLY | Linux.O_CLOEXEC, 0);
            }

            if (!_kernelLog.IsInvalid)
            {
                Files.TryWrite(_kernelLog, Encoding.UTF8.GetBytes($"<4>mayfly-agent: {message}\n"));
            }
        }
    }
}
