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

    private static int Main(string[] args)
    {
        if (args is not [var socket, var announcement, var assembly])
        {
            Console.Error.WriteLine("This runs the tests of [GuestFact] in their machines, and is of no use by itself: run the test project with 'dotnet test'.");
            return 1;
        }

        IsRunning = true;
        var tests = AssemblyLoadContext.Default.LoadFromAssemblyPath(assembly);
        Load(tests);
        new WorkerServer(new WorkerTests(tests)).Run(socket, announcement);
        return 0;
    }

    /// <summary>Loads what the tests will use anyway, while nobody waits.</summary>
    private static void Load(Assembly tests)
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
