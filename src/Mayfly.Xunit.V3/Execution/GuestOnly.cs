using System.Collections.Concurrent;
using Mayfly.Xunit.Guests;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>Finds classes and collections that have no test on the host.</summary>
internal static class GuestOnly
{
    private static readonly ConcurrentDictionary<Type, bool> _classes = new();
    private static readonly ConcurrentDictionary<string, bool> _collections = new();

    /// <summary>Whether all tests of a class run in guests.</summary>
    public static bool IsClass(IXunitTestClass testClass) => _classes.GetOrAdd(testClass.Class, _ => FactsOf(testClass).All(fact => fact is IGuestTestOptions));

    /// <summary>Whether all tests of a collection run in guests.</summary>
    public static bool IsCollection(IXunitTestCollection collection) => _collections.GetOrAdd(collection.UniqueID, _ =>
    {
        // As xUnit's discovery finds classes and their collections.
        var assembly = collection.TestAssembly;
        var collections = ExtensibilityPointFactory.GetXunitTestCollectionFactory(assembly.CollectionBehavior?.CollectionFactoryType, assembly)
            ?? new CollectionPerClassTestCollectionFactory(assembly);
        return assembly.Assembly.GetExportedTypes()
            .Where(type => !type.IsAbstract || type.IsSealed)
            .Select(type => new XunitTestClass(type, collections.Get(type)))
            .Where(testClass => testClass.TestCollection.UniqueID == collection.UniqueID)
            .All(IsClass);
    });

    private static IEnumerable<IFactAttribute> FactsOf(IXunitTestClass testClass) => testClass.Methods.SelectMany(ExtensibilityPointFactory.GetMethodFactAttributes);
}
