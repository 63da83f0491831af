using System.Runtime.CompilerServices;

namespace Mayfly.Tests;

/// <summary>
/// A runtime directory of this run's own: tests compare the list of sandboxes before and after, and those of other test
/// assemblies, which run at the same time, come and go.
/// </summary>
internal static class OwnRuntimeDirectory
{
#pragma warning disable CA2255 // Before any test, and before anything has looked at the variable.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Make()
    {
        // Short, for sockets below it.
        var directory = Directory.CreateTempSubdirectory("mfr-").FullName;
        Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", directory);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
    }
}
