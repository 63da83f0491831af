namespace Mayfly.Chaos;

/// <summary>A process.</summary>
/// <param name="ProcessId">Its number.</param>
/// <param name="ParentId">Its parent's.</param>
/// <param name="Command">Its program and arguments.</param>
internal sealed record ProcessEntry(int ProcessId, int ParentId, IReadOnlyList<string> Command)
{
    private const int MaxCommandChars = 160;

    public bool IsWarden => Command is [_, "warden", ..];

    /// <summary>Whether it removes a template's folder when its owner dies.</summary>
    public bool IsKeeper => Command is [_, "keep", ..];

    public override string ToString()
    {
        var command = string.Join(' ', Command);
        return $"process {ProcessId} (parent {ParentId}): {command[..Math.Min(command.Length, MaxCommandChars)]}";
    }
}
