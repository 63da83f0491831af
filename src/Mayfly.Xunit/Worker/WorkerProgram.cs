using System.Reflection;
using System.Runtime.Loader;
using Mayfly.Xunit.Guests.Worker;

namespace Mayfly.Xunit.Worker;

/// <summary>
/// The entry point of this assembly, which only machines use: with the runtime configuration and dependencies of the test
/// project it runs the bodies of <see cref="GuestFactAttribute"/> tests.
/// </summary>
internal static class WorkerProgram
{
    /// <summary>Whether this process is a worker in a guest, where tests run as they are.</summary>
    public static bool IsRunning { get; private set; }

    private static async Task<int> Main(string[] args)
    {
        if (args is not [var socket, var announcement, var assembly])
        {
            await Console.Error.WriteLineAsync("This runs the tests of [GuestFact] in their machines, and is of no use by itself: run the test project with 'dotnet test'.").ConfigureAwait(false);
            return 1;
        }

        IsRunning = true;
        var loaded = AssemblyLoadContext.Default.LoadFromAssemblyPath(assembly);
        LoadReferences(loaded);
        IWorkerTests tests = new WorkerTests();
        tests.Prepare(loaded);
        await new WorkerServer(tests).RunAsync(socket, announcement).ConfigureAwait(false);
        return 0;
    }

    /// <summary>Loads what the tests will use anyway, while nobody waits.</summary>
    private static void LoadReferences(Assembly tests)
    {
        foreach (var reference in tests.GetReferencedAssemblies())
        {
            try
            {
                _ = Assembly.Load(reference);
            }
            catch (Exception exception) when (exception is IOException or BadImageFormatException)
            {
                // A test that really uses it will say so.
            }
        }
    }
}
