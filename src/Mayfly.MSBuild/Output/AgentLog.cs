using System.Globalization;
using System.Text;

namespace Mayfly.MSBuild.Output;

/// <summary>What Mayfly itself tells of a machine and the conversation with its agent, for a file.</summary>
internal sealed class AgentLog
{
    private const int MaxChars = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();

    /// <summary>Whether there is nothing: no machine was asked for.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _text.Length == 0;
            }
        }
    }

    /// <summary>Adds a line with the time, as long as there is room.</summary>
    public void Add(string line)
    {
        lock (_gate)
        {
            if (_text.Length < MaxChars)
            {
                _text.Append(TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture)).Append(line).Append('\n');
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        lock (_gate)
        {
            return _text.ToString();
        }
    }
}
