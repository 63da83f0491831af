using System.Collections.Concurrent;
using System.Reflection;
using System.Text;

namespace Mayfly.Xunit.Guests;

/// <summary>
/// Assemblies that coverlet has instrumented: each has a class of its own that counts in an array how often places are passed, and
/// writes a file when the process ends. In a guest that is nobody's file, so the counts are carried over to the host's array.
/// </summary>
internal static class InstrumentedAssemblies
{
    private const string Tracker = "Coverlet.Core.Instrumentation.Tracker";
    private const string Counts = "HitsArray";

    private static readonly ConcurrentDictionary<string, string[]> _names = new();
    private static readonly ConcurrentDictionary<Assembly, FieldInfo?> _counts = new();

    /// <summary>The names of those in a folder, as it was when it was first asked about. Only what has symbols can be instrumented.</summary>
    public static string[] NamesIn(string folder) => _names.GetOrAdd(folder, static folder =>
    [
        .. Directory.EnumerateFiles(folder, "*.pdb")
            .Where(symbols => Path.ChangeExtension(symbols, ".dll") is var file && File.Exists(file) && File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Tracker)) >= 0)
            .Select(symbols => Path.GetFileNameWithoutExtension(symbols)),
    ]);

    /// <summary>The counts of an assembly; null where it is not instrumented.</summary>
    public static int[]? CountsOf(Assembly assembly) => _counts.GetOrAdd(assembly, static assembly => TypesOf(assembly)
        .FirstOrDefault(type => type.Namespace == Tracker)?
        .GetField(Counts, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))?.GetValue(null) as int[];

    private static IEnumerable<Type> TypesOf(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException exception)
        {
            return exception.Types.OfType<Type>();
        }
    }
}
