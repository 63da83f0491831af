using Xunit.Abstractions;
using Xunit.Sdk;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// Guest tests as xUnit's runners on the host see them. Their fixtures are made in the guest; a class or a collection that
/// also has tests on the host keeps its fixtures there for those.
/// </summary>
internal static class HostTestMethod
{
    /// <summary>The method of a test case of the host's.</summary>
    public static ITestMethod Of(ITestMethod method)
    {
        if (Worker.WorkerProgram.IsRunning || method.TestClass.Class is not IReflectionTypeInfo { Type: not HostType and var type } || !GuestOnly.IsClass(type))
        {
            return method;
        }

        return new TestMethod(new TestClass(Of(method.TestClass.TestCollection), new ReflectionTypeInfo(new HostType(type, typeof(GuestClassFixture)))), method.Method);
    }

    private static ITestCollection Of(ITestCollection collection) =>
        collection.CollectionDefinition is IReflectionTypeInfo { Type: not HostType and var definition } && GuestOnly.IsCollection(definition)
            ? new TestCollection(collection.TestAssembly, new ReflectionTypeInfo(new HostType(definition, null)), collection.DisplayName) { UniqueID = collection.UniqueID }
            : collection;
}
