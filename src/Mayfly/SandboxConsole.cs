using Mayfly.Hypervisors;

namespace Mayfly;

/// <summary>The guest's console: kernel messages and whatever the guest wrote to it. How much of it is kept is <see cref="SandboxLimits.Console"/>.</summary>
public sealed class SandboxConsole
{
    private readonly ConsoleLog _log;

    internal SandboxConsole(ConsoleLog log) => _log = log;

    /// <summary>Everything ever written, kept or not.</summary>
    public ByteSize Size => new(_log.TotalBytes);

    /// <summary>What is kept, oldest first. Untrusted text that may hold control characters.</summary>
    public string GetText() => _log.GetText();

    /// <summary>The last lines that are not blank, safe to print: without control characters, each at most 400 characters.</summary>
    /// <param name="lines">How many at most, 1 or more.</param>
    public IReadOnlyList<string> GetTail(int lines = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lines, 1);
        return ConsoleText.LastLines(_log.GetText(ConsoleText.ReportedBytes), lines);
    }
}
