using System.Globalization;
using Mayfly.Agent.Native;

namespace Mayfly.Agent.Exec;

/// <summary>
/// A command's tree where the kernel has no control groups: all that is still in its session. What has started a
/// session of its own escapes.
/// </summary>
internal sealed class SessionTree : IProcessTree
{
    private const int StatusBytes = 4096;

    // Counted behind the parenthesis that closes the name: state, parent, group, session.
    private const int SessionField = 3;

    private int _session;
    private Action? _whenEmpty;

    public int JoinDescriptor => -1;

    public bool RanOutOfMemory => false;

    public void Attach(int processId) => _session = processId;

    public void Signal(int signal)
    {
        foreach (var process in Members())
        {
            _ = Libc.Kill(process, signal);
        }
    }

    public void Kill()
    {
        Signal(Linux.SIGKILL);

        // There is no event to wait for; SIGKILL can't be refused, so they are as good as gone.
        var callback = _whenEmpty;
        _whenEmpty = null;
        callback?.Invoke();
    }

    public void WhenEmpty(Action callback)
    {
        if (Members().Any())
        {
            _whenEmpty = callback;
        }
        else
        {
            callback();
        }
    }

    public void Release()
    {
    }

    private IEnumerable<int> Members()
    {
        if (_session <= 0)
        {
            yield break;
        }

        using var directory = Libc.Open("/proc", Linux.O_RDONLY | LinuxX64.O_DIRECTORY | Linux.O_CLOEXEC, 0);
        if (directory.IsInvalid)
        {
            yield break;
        }

        var entries = new DirectoryReader(directory);
        while (entries.Next())
        {
            if (int.TryParse(entries.NameText, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                && IsMember(process))
            {
                yield return process;
            }
        }
    }

    private bool IsMember(int process)
    {
        var status = Files.TryReadText($"/proc/{process}/stat", StatusBytes);
        var fields = status?[(status.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields is { Length: > SessionField }
            && fields[0] != "Z"
            && fields[SessionField] == _session.ToString(CultureInfo.InvariantCulture);
    }
}
