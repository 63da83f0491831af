namespace Mayfly.Hypervisors.Qemu;

/// <summary>How processors are provided on this host, and why.</summary>
/// <param name="Accelerator"><see cref="Acceleration.Kvm"/> or <see cref="Acceleration.Tcg"/>.</param>
/// <param name="Reason">A clause for people, such as <c>/dev/kvm does not exist</c>.</param>
internal sealed record AcceleratorChoice(Acceleration Accelerator, string Reason);
