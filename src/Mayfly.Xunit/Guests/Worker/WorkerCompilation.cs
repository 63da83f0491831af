using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Mayfly.Xunit.Guests.Worker;

/// <summary>
/// Compiles methods without running them. A machine that is emulated pays for that twice in each copy, for the compiler has to be
/// translated before it can compile: a fifth of a second at least.
/// </summary>
/// <param name="limit">How long it may take in all.</param>
internal sealed class WorkerCompilation(TimeSpan limit)
{
    private const int MethodReferences = 0x0A000000;
    private const int GenericMethodReferences = 0x2B000000;

    private readonly long _begun = Stopwatch.GetTimestamp();

    private bool IsOver => Stopwatch.GetElapsedTime(_begun) >= limit;

    /// <summary>Compiles what an assembly defines.</summary>
    public void AddMethods(Assembly assembly)
    {
        const BindingFlags All = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var type in TypesOf(assembly))
        {
            foreach (var method in ((IEnumerable<MethodBase>)type.GetConstructors(All & ~BindingFlags.Static)).Concat(type.GetMethods(All)))
            {
                if (IsOver)
                {
                    return;
                }

                Compile(method);
            }
        }
    }

    /// <summary>Compiles what an assembly calls of others, with the types for which it calls what is generic.</summary>
    public void AddReferences(Assembly assembly)
    {
        foreach (var table in (int[])[GenericMethodReferences, MethodReferences])
        {
            for (var row = 1; !IsOver && TryResolve(assembly.ManifestModule, table + row, out var method); row++)
            {
                if (method is not null)
                {
                    Compile(method);
                }
            }
        }
    }

    /// <summary>False behind the last row; nothing where the row is no method, or one that lacks its type.</summary>
    private static bool TryResolve(Module module, int token, out MethodBase? method)
    {
        method = null;
        try
        {
            method = module.ResolveMember(token) as MethodBase;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
#pragma warning disable CA1031 // Whatever it is, a test that uses the member meets it.
        catch (Exception)
#pragma warning restore CA1031
        {
            // Most often a type parameter that only the caller knows.
        }

        return true;
    }

    private static void Compile(MethodBase method)
    {
        if (method.IsAbstract || method.ContainsGenericParameters)
        {
            return;
        }

        try
        {
            RuntimeTypeHandle[] types =
            [
                .. (method.DeclaringType?.GetGenericArguments() ?? []).Select(type => type.TypeHandle),
                .. (method.IsGenericMethod ? method.GetGenericArguments() : []).Select(type => type.TypeHandle),
            ];
            if (types.Length == 0)
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle);
            }
            else
            {
                RuntimeHelpers.PrepareMethod(method.MethodHandle, types);
            }
        }
#pragma warning disable CA1031 // Whatever it is, a test that runs the method meets it.
        catch (Exception)
#pragma warning restore CA1031
        {
            // One that can't be compiled is no reason not to run the others.
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
}
