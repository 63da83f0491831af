using Mayfly.Hypervisors;
using Mayfly.Supervision;

namespace Mayfly.Tests.Hypervisors.Qemu;

/// <summary>Machines that have ended in a given way before anybody asks.</summary>
internal sealed class ScriptedHypervisor(SandboxEndCause cause, string message) : IHypervisor
{
    private int _starts;

    public int Starts => _starts;

    public string Name => "scripted";

    public VsockDevices VsockDevices { get; init; } = new(VhostUser: false, Kernel: false);

    public Task<VsockDevices> GetVsockDevicesAsync(CancellationToken cancellationToken) => Task.FromResult(VsockDevices);

    public string Describe(MachineSpec spec) => "scripted";

    public Task<IMachine> StartAsync(MachineSpec spec, Warden warden, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _starts);
        return Task.FromResult<IMachine>(new ScriptedMachine(new SandboxEnd(cause, message)));
    }

    private sealed class ScriptedMachine(SandboxEnd end) : IMachine
    {
        public int ProcessId => 0;

        public ConsoleLog Console { get; } = new(16);

        public MachineLimitReport Limits { get; } = new("none", []);

        public Task<SandboxEnd> Ended => Task.FromResult(end);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
