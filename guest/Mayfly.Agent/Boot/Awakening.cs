using Mayfly.Agent.Exec;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>Makes the copy of a frozen machine one of its own, as the boot made the machine that was frozen.</summary>
internal sealed class Awakening(SshServer? ssh, ProcessReaper reaper, AgentEnd end) : IAwakening
{
    private SshServer? _ssh = ssh;

    public string? Refusal => _ssh is null ? null : "its SSH server would have one host key in all copies; start it in the copies";

    public Hello Wake(WakeSettings settings)
    {
        // What the frozen machine warned about has been told when that one booted.
        var log = new BootLog(ownsMachine: true);
        Reseed(settings.Entropy);
        LayerMounts.Mount(settings.Layers, log);
        Identity.Assume(settings, log);
        foreach (var file in settings.Files)
        {
            OwnFile.Write(file, log);
        }

        _ssh = settings.Ssh is { } server ? SshServer.Start(server, reaper, log) : null;
        _ssh?.AwaitListening();
        return Greeting.Create(log);
    }

    /// <summary>Copies with the same random numbers would have the same keys, so nothing goes on without its own.</summary>
    private void Reseed(byte[] entropy)
    {
        try
        {
            RandomGenerator.Reseed(entropy);
        }
        catch (NativeException exception)
        {
            end.Fail($"this copy of a machine has no random numbers of its own: {exception.Message}");
        }
    }
}
