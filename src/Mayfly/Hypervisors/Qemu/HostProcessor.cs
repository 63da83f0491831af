namespace Mayfly.Hypervisors.Qemu;

/// <summary>The processor that a machine under KVM has, as the kernel tells it.</summary>
internal static class HostProcessor
{
    private static readonly string[] _facts = ["vendor_id", "cpu family", "model", "stepping", "microcode", "flags"];

    /// <summary>What tells one kind from another.</summary>
    public static string Describe()
    {
        // The first processor's part: the others are the same.
        var first = File.ReadLines("/proc/cpuinfo").TakeWhile(line => line.Length > 0);
        return string.Join('\n', first.Where(line => _facts.Contains(line.Split(':')[0].Trim())));
    }
}
