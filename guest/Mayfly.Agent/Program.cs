using System.Text;
using Mayfly.Agent.Attached;
using Mayfly.Agent.Boot;
using Mayfly.Agent.Native;
using Mayfly.Agent.Warden;

namespace Mayfly.Agent;

/// <summary>One binary: init of a guest, and on the host the roles of <see cref="HostRole"/>.</summary>
internal static class Program
{
    private const int InitProcessId = 1;
    private const int UsageExitCode = 64;

    // Never disposed of: the number would go to the next file that is opened, and the next line into it.
    private static readonly Descriptor _output = new(1);
    private static readonly Descriptor _errors = new(2);

    private static int Main(string[] arguments)
    {
        if (Libc.ProcessId() != InitProcessId)
        {
            return RunOnHost(arguments);
        }

        var end = new MachineEnd();
        try
        {
            Init.Run(end);
        }
#pragma warning disable CA1031 // Whatever it is, it must be said, and the machine must end.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            end.Fail(exception.ToString());
        }

        return 0;
    }

    private static int RunOnHost(string[] arguments)
    {
        InheritedFiles.Close();
        try
        {
            return RunRole(arguments);
        }
        catch (NativeException exception)
        {
            Complain(exception.Message);
            return 1;
        }
    }

    private static int RunRole(string[] arguments)
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
                HostSession.Leave();
                return Reaper.Reap(command.Root, command.Place, Report) ? 0 : 1;
            case { Role: HostRole.End, Place: { } place }:
                HostSession.Leave();
                return Reaper.End(place, Report) ? 0 : 1;
            case { Role: HostRole.Keep } command:
                return KeepProgram.Run(command.Root);
            case { Role: HostRole.Tether } command:
                return TetherProgram.Run(command.Owner, command.Program);
            case { Role: HostRole.Session } command:
                return SessionProgram.Run(command.Root.Length > 0 ? command.Root : null);
            case { Role: HostRole.Dial } command:
                return DialProgram.Run(command.Root);
            default:
                Complain($"{HostCommand.Usage}\nAs process 1 it is the init of a Mayfly guest.");
                return UsageExitCode;
        }
    }

    private static void Complain(string text) => Files.TryWrite(_errors, Encoding.UTF8.GetBytes(text + "\n"));

    private static void Report(string line) => Files.TryWrite(_output, Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"));
}
