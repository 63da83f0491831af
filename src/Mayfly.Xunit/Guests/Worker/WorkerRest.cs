using System.Reflection;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>Brings a worker to where its machine can be frozen: what tests will need is compiled, and there is no garbage.</summary>
internal static class WorkerRest
{
    /// <summary>How long the compilation may take. What is not compiled by then is compiled in each machine that needs it.</summary>
    private static readonly TimeSpan _compilationLimit = TimeSpan.FromSeconds(3);

    /// <summary>Returns when it is so.</summary>
    /// <param name="tests">Whose tests will run.</param>
    public static void Settle(Assembly tests)
    {
        var compilation = new WorkerCompilation(_compilationLimit);
        compilation.AddMethods(tests);
        compilation.AddReferences(tests);

        // The runtime's own are compiled already, and of the worker's what it uses.
        var worker = typeof(WorkerRest).Assembly;
        var known = worker.GetReferencedAssemblies().Append(worker.GetName()).Select(name => name.Name).ToHashSet();
        foreach (var name in tests.GetReferencedAssemblies().Where(name => !known.Contains(name.Name)))
        {
            if (AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(each => each.GetName().Name == name.Name) is { } used
                && Path.GetDirectoryName(used.Location) == Path.GetDirectoryName(tests.Location))
            {
                compilation.AddMethods(used);
            }
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
    }
}
