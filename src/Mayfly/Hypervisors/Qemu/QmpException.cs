namespace Mayfly.Hypervisors.Qemu;

/// <summary>QEMU refused a command, or its monitor can't be spoken to any more.</summary>
internal sealed class QmpException(string message) : IOException(message);
