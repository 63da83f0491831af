using Mayfly.Agent.Exec;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>Makes the copy of a frozen machine one of its own, as the boot made the machine that was frozen.</summary>
internal sealed class Awakening(SshServer? ssh, ProcessReaper reaper, AgentEnd end) : IAwakening
{
    private SshServer? _ssh = ssh;
    private Descriptor? _random;
    private MachineIdFile? _machineId;

    public string? Refusal => _ssh is null ? null : "its SSH server would have one host key in all copies; start it in the copies";

    public Hello Prepare()
    {
        _random?.Dispose();
        _random = RandomGenerator.TryOpen();
        _machineId?.Dispose();
        _machineId = MachineIdFile.TryOpen();
        return Greeting.Create(new BootLog(ownsMachine: true)) with { HostName = null };
    }

    public Hello? Wake(WakeSettings settings)
    {
        // What the frozen machine warned about has been told when that one booted.
        var log = new BootLog(ownsMachine: true);
        Reseed(settings.Entropy);
        if (settings.Parts is { Layers.Count: > 0 } layered)
        {
            // They may hide the file that was held open, and must not hide what comes now.
            LayerMounts.Mount(layered.Layers, log);
            _machineId?.Dispose();
            _machineId = null;
        }

        Identity.Assume(settings, _machineId, log);
        _machineId?.Dispose();
        _machineId = null;
        if (settings.Parts is { } parts)
        {
            TakeOn(parts, log);
        }

        return log.IsEmpty ? null : Greeting.Create(log);
    }

    private void TakeOn(WakeParts parts, BootLog log)
    {
        foreach (var file in parts.Files)
        {
            OwnFile.Write(file, log);
        }

        _ssh = parts.Ssh is { } server ? SshServer.Start(server, reaper, log) : null;
        _ssh?.AwaitListening();
    }

    /// <summary>Copies with the same random numbers would have the same keys, so nothing goes on without its own.</summary>
    private void Reseed(byte[] entropy)
    {
        try
        {
            using var device = _random ?? RandomGenerator.TryOpen();
            _random = null;
            RandomGenerator.Reseed(device, entropy);
        }
        catch (NativeException exception)
        {
            end.Fail($"this copy of a machine has no random numbers of its own: {exception.Message}");
        }
    }
}
