using System.Globalization;

namespace Mayfly.Protocol.Supervision;

/// <summary>
/// Which process is meant, even after its number has been given to another: the number together with when it started, in
/// which boot of the host, and in which process namespace the number holds.
/// </summary>
/// <param name="ProcessId">The number.</param>
/// <param name="StartTicks">Clock ticks from the host's boot to its start: field 22 of <c>/proc/PID/stat</c>.</param>
/// <param name="BootId">The host's boot: <c>/proc/sys/kernel/random/boot_id</c>.</param>
/// <param name="Namespace">The inode of the process namespace: <c>/proc/PID/ns/pid</c>.</param>
public sealed record ProcessIdentity(int ProcessId, long StartTicks, string BootId, long Namespace)
{
    /// <summary>Adds it to a line's properties, each name behind the given prefix.</summary>
    public void AddTo(IDictionary<string, string> properties, string prefix)
    {
        properties[prefix + "pid"] = ProcessId.ToString(CultureInfo.InvariantCulture);
        properties[prefix + "start_ticks"] = StartTicks.ToString(CultureInfo.InvariantCulture);
        properties[prefix + "boot_id"] = BootId;
        properties[prefix + "pid_namespace"] = Namespace.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Takes it from a line's properties; null where one of them is missing or makes no sense.</summary>
    public static ProcessIdentity? TryTake(IReadOnlyDictionary<string, string> properties, string prefix) =>
        TryTakeNumber(properties, prefix + "pid") is { } pid and > 0 and <= int.MaxValue
        && TryTakeNumber(properties, prefix + "start_ticks") is { } start
        && properties.TryGetValue(prefix + "boot_id", out var boot)
        && TryTakeNumber(properties, prefix + "pid_namespace") is { } space
            ? new ProcessIdentity((int)pid, start, boot, space)
            : null;

    /// <summary>The start in ticks from the text of <c>/proc/PID/stat</c>; null where it is none.</summary>
    public static long? TryReadStartTicks(string stat)
    {
        // The second field is the program's name in parentheses, and may hold anything, parentheses and blanks included.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19 && long.TryParse(fields[19], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;
    }

    private static long? TryTakeNumber(IReadOnlyDictionary<string, string> properties, string name) =>
        properties.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
