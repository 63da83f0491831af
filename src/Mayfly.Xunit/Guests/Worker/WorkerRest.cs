using System.Diagnostics;
using System.Reflection;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>Brings a worker to where its machine can be frozen: what tests will need is compiled, and nothing is going on.</summary>
internal static class WorkerRest
{
    /// <summary>How long the compilation of the tests may take. What is not compiled by then is compiled in each machine that needs it.</summary>
    private static readonly TimeSpan _compilationLimit = TimeSpan.FromSeconds(2);

    /// <summary>The runtime compiles again what is used often, in the background, this long after it was quiet.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan _restLimit = TimeSpan.FromSeconds(5);

    /// <summary>Returns when it is so, or when it has taken too long.</summary>
    /// <param name="tests">Whose tests will run.</param>
    public static void Settle(Assembly tests)
    {
        Compile(tests);
        var begun = Stopwatch.GetTimestamp();
        long compiled;
        do
        {
            compiled = JitInfo.GetCompiledMethodCount();
            Thread.Sleep(_pause);
        }
        while (compiled != JitInfo.GetCompiledMethodCount() && Stopwatch.GetElapsedTime(begun) < _restLimit);

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
    }

    /// <summary>Compiles the methods of an assembly, without running any, those of its own types first.</summary>
    private static void Compile(Assembly tests)
    {
        var begun = Stopwatch.GetTimestamp();
        foreach (var method in TypesOf(tests).Where(type => !type.ContainsGenericParameters).SelectMany(MethodsOf))
        {
            if (Stopwatch.GetElapsedTime(begun) >= _compilationLimit)
            {
                return;
            }

            try
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
#pragma warning disable CA1031 // Whatever it is, a test that runs the method meets it.
            catch (Exception)
#pragma warning restore CA1031
            {
                // One that can't be compiled is no reason not to run the others.
            }
        }
    }

    private static Type[] TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return [.. exception.Types.OfType<Type>()];
        }
    }

    private static IEnumerable<MethodBase> MethodsOf(Type type)
    {
        const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return ((IEnumerable<MethodBase>)type.GetConstructors(All & ~BindingFlags.Static)).Concat(type.GetMethods(All)).Where(method => !method.IsAbstract && !method.ContainsGenericParameters);
    }
}
