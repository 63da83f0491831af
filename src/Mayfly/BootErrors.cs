using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Supervision;

namespace Mayfly;

/// <summary>What is said when a machine does not come up.</summary>
internal static class BootErrors
{
    private static readonly TimeSpan _endPatience = TimeSpan.FromSeconds(2);

    /// <summary>The machine has ended before it could be used.</summary>
    public static SandboxBootException Ended(SandboxEnd end, ConsoleLog console, ByteSize memory) => end.Cause switch
    {
        SandboxEndCause.Panicked => GuestPanic.Explain(console.GetText(ConsoleText.ReportedBytes), memory),
        SandboxEndCause.PoweredOff => new SandboxBootException(
            ErrorCode.HandshakeFailed,
            $"the guest switched itself off before its agent spoke: {end.Message}. With a kernel of your own, check that virtio-mmio and virtio-console are built in, and with vsock vmw_vsock_virtio_transport.",
            console.GetText(ConsoleText.ReportedBytes)),
        _ => new SandboxBootException(ErrorCode.HypervisorExitedEarly, $"the hypervisor ended while the guest booted: {end.Message}", console.GetText(ConsoleText.ReportedBytes)),
    };

    /// <summary>The machine lives, and could not be spoken with.</summary>
    /// <param name="transport">The way in.</param>
    /// <param name="failure">What went wrong there.</param>
    /// <param name="console">The guest's console.</param>
    public static MayflyException NotReached(string transport, Exception failure, ConsoleLog console) => failure switch
    {
        SandboxSshException ssh => new SandboxSshException(ssh.Code, ConsoleText.Append(ssh.Message, console.GetText(ConsoleText.ReportedBytes)), ssh),
        SandboxConfigurationException configuration => configuration,
        SandboxVsockException => new SandboxBootException(
            ErrorCode.HandshakeFailed,
            $"the guest could not be reached over {transport}: {failure.Message} Try another way in, such as SandboxTransport.Serial (--transport serial).",
            console.GetText(ConsoleText.ReportedBytes),
            failure),
        _ => new SandboxBootException(
            ErrorCode.HandshakeFailed,
            $"the guest's agent does not speak as it should: {failure.Message}. An image of another Mayfly version is the likely cause; remove the cache folder to have it made again.",
            console.GetText(ConsoleText.ReportedBytes),
            failure),
    };

    /// <summary>Why something could not be put into the sandbox's directory: it is full, or gone with its warden.</summary>
    public static async Task<MayflyException> OfDirectoryAsync(Exception exception, Warden warden, TimeProvider time)
    {
        if (Directory.Exists(warden.Directory))
        {
            return new MayflyException(
                ErrorCode.ResourceUnavailable,
                $"the sandbox's directory {warden.Directory} can't be filled: {exception.Message}. Make room there, or set XDG_RUNTIME_DIR to a directory with some.",
                exception);
        }

        // Nobody but its guardians removes it, and the end of those is about to be known.
        var ended = await Task.WhenAny(warden.Ended, Task.Delay(_endPatience, time)).ConfigureAwait(false);
        return new SandboxBootException(
            ErrorCode.HypervisorExitedEarly,
            $"the sandbox's directory {warden.Directory} has vanished: {(ended == warden.Ended ? "its warden was killed" : "somebody has removed it")} before the hypervisor could start.",
            "",
            exception);
    }
}
