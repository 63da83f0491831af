using System.Globalization;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden.Resources.ControlGroups;

/// <summary>One limit that is wanted, in the words of both versions.</summary>
/// <param name="Controller">Who keeps it.</param>
/// <param name="OldFile">Where version 1 takes it.</param>
/// <param name="OldValue">What version 1 takes.</param>
/// <param name="NewFile">Where version 2 takes it.</param>
/// <param name="NewValue">What version 2 takes.</param>
internal sealed record ControlGroupLimit(string Controller, string OldFile, string OldValue, string NewFile, string NewValue)
{
    /// <summary>Over which processor time is shared out, in microseconds: the kernel's own default.</summary>
    private const long PeriodUs = 100_000;

    /// <summary>The limits a handle asks for.</summary>
    public static IReadOnlyList<ControlGroupLimit> Of(ResourceHandle wanted)
    {
        var limits = new List<ControlGroupLimit>();
        if (Number(wanted["memory_bytes"]) is { } memory)
        {
            var value = Text(memory);
            limits.Add(new ControlGroupLimit("memory", "memory.limit_in_bytes", value, "memory.max", value));
        }

        if (Number(wanted["cpu_percent"]) is { } percent)
        {
            var quota = percent * PeriodUs / 100;
            limits.Add(new ControlGroupLimit("cpu", "cpu.cfs_quota_us", Text(quota), "cpu.max", $"{quota} {PeriodUs}"));
        }

        if (Number(wanted["pids"]) is { } pids)
        {
            limits.Add(new ControlGroupLimit("pids", "pids.max", Text(pids), "pids.max", Text(pids)));
        }

        return limits;
    }

    private static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
