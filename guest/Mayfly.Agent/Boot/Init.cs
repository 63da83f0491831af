using Mayfly.Agent.Exec;
using Mayfly.Agent.Json;
using Mayfly.Agent.Loop;
using Mayfly.Agent.Native;
using Mayfly.Agent.Session;
using Mayfly.Protocol;

namespace Mayfly.Agent.Boot;

/// <summary>PID 1: brings the machine up, greets the host, and serves it for as long as it stays.</summary>
internal static class Init
{
    public static void Run(AgentEnd end)
    {
        var log = new BootLog(ownsMachine: true);
        _ = Libc.Signal(Linux.SIGPIPE, Linux.SIG_IGN);
        OpenFileLimit.Raise(log);
        var mounts = new MountTable(log);
        mounts.MountKernelInterfaces();
        OpenStandardStreams();

        // The listener comes first, so that no port appears unheard; the host's devices come up while we go on.
        var deviceEvents = new DeviceEvents();
        var settings = SettingsFile.Read(log);
        KernelModules.LoadAll(settings?.Vsock is null ? GuestPaths.SerialModules : GuestPaths.VsockModules, log);
        if (settings?.Network is not null)
        {
            KernelModules.LoadAll(GuestPaths.NetworkModules, log);
        }

        if (settings?.HasDisks == true)
        {
            KernelModules.LoadAll(GuestPaths.DiskModules, log);
        }

        // An empty list stands for layers that come when a copy of this machine wakes up.
        if (settings?.Layers is not null)
        {
            KernelModules.LoadAll(GuestPaths.LayerModules, log);
        }

        mounts.MountTheRest();
        mounts.MountControlGroups();
        LayerMounts.Mount(settings?.Layers ?? [], log);
        Identity.Assume(settings, log);
        if (settings?.Network is { } network)
        {
            NetworkCard.SetUp(network, deviceEvents, log);
        }

        var loop = new EventLoop();
        var reaper = new ProcessReaper(loop, end);
        var groups = ControlGroups.OfMachine(log);
        reaper.Start();
        var ssh = settings?.Ssh is { } server ? SshServer.Start(server, reaper, log) : null;
        var operations = new OperationFactory(loop, reaper, groups, end);
        var host = OpenSession(settings?.Vsock, deviceEvents, loop, operations);
        deviceEvents.Dispose();
        var awakening = settings?.Vsock is null ? new Awakening(ssh, reaper, end) : null;
        var session = new GuestSession(host, host, loop, operations, end, awakening);

        // It has come up meanwhile, and who is told of this machine finds it listening.
        ssh?.AwaitListening();
        session.Announce(Greeting.Create(log));
        loop.Run();
    }

    private static Descriptor OpenSession(VsockSettings? vsock, DeviceEvents events, EventLoop loop, IChannelFactory operations)
    {
        if (vsock is null)
        {
            return SessionPort.Open(events);
        }

        // Before the host is told that all ports are open.
        if (vsock.ServesJson)
        {
            _ = new JsonListener(loop, operations, new CaptureBudget(CaptureBudget.OfMemory()));
        }

        return SessionSocket.Open(vsock, events);
    }

    /// <summary>
    /// The kernel opens them on /dev/console only where the image has that node. Without them the first files we open
    /// would become some command's standard streams.
    /// </summary>
    private static void OpenStandardStreams()
    {
        while (true)
        {
            var console = Libc.Open("/dev/console", Linux.O_RDWR | Linux.O_NOCTTY, 0);
            if (console.IsInvalid || console.Number > 2)
            {
                console.Dispose();
                return;
            }

            // Kept for the life of the machine.
            console.SetHandleAsInvalid();
        }
    }
}
