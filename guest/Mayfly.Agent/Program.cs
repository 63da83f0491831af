using System.Text;
using Mayfly.Agent.Boot;
using Mayfly.Agent.Native;
using Mayfly.Agent.Warden;

namespace Mayfly.Agent;

/// <summary>One binary, two roles: init of a guest, and warden of a hypervisor on the host.</summary>
internal static class Program
{
    private const int InitProcessId = 1;
    private const int UsageExitCode = 64;

    private static int Main(string[] arguments)
    {
        if (Libc.ProcessId() != InitProcessId)
        {
            return RunOnHost(arguments);
        }

        try
        {
            Init.Run();
        }
#pragma warning disable CA1031 // Whatever it is, it must be said, and the machine must end.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Machine.Fail(exception.ToString());
        }

        return 0;
    }

    private static int RunOnHost(string[] arguments)
    {
        switch (HostCommand.Parse(arguments))
        {
            case { Role: HostRole.Warden, Place: { } place } command:
                using (var warden = new WardenProgram(place, command.Most))
                {
                    return warden.Run();
                }

            case { Role: HostRole.List } command:
                Reaper.List(command.Root, Report);
                return 0;
            case { Role: HostRole.Reap } command:
                return Reaper.Reap(command.Root, command.Place, Report) ? 0 : 1;
            case { Role: HostRole.Keep } command:
                return KeepProgram.Run(command.Root);
            case { Role: HostRole.Tether } command:
                return TetherProgram.Run(command.Owner, command.Program);
            default:
                using (var error = new Descriptor(2))
                {
                    Files.TryWrite(error, Encoding.UTF8.GetBytes($"{HostCommand.Usage}\nAs process 1 it is the init of a Mayfly guest.\n"));
                }

                return UsageExitCode;
        }
    }

    private static void Report(string line)
    {
        using var output = new Descriptor(1);
        Files.TryWrite(output, Encoding.UTF8.GetBytes(line + "\n"));
    }
}
