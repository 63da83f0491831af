using Mayfly.Agent.Boot;
using Mayfly.Agent.Native;

namespace Mayfly.Agent;

/// <summary>One binary, two roles: init of a guest, and warden of a hypervisor on the host.</summary>
internal static class Program
{
    private const int InitProcessId = 1;

    private static int Main(string[] arguments)
    {
        if (Libc.ProcessId() != InitProcessId)
        {
            return 64;
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
}
