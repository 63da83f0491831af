namespace Mayfly.Hypervisors.Qemu;

/// <summary>The rate of the host's time stamp counter.</summary>
/// <param name="Khz">In kilohertz.</param>
/// <param name="Source">Where it was found: <c>perf</c>, <c>cpuid</c> or <c>measured</c>.</param>
internal sealed record TscReport(long Khz, string Source);
