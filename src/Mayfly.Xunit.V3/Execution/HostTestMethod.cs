using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// Guest tests as xUnit's runners on the host see them. Their fixtures are made in the guest; a class or a collection that
/// also has tests on the host keeps its fixtures there for those.
/// </summary>
internal static class HostTestMethod
{
    /// <summary>The method of a test case of the host's.</summary>
    public static IXunitTestMethod Of(IXunitTestMethod method)
    {
        var testClass = method.TestClass;
        return GuestOnly.IsClass(testClass)
            ? new XunitTestMethod(new HostTestClass(testClass.Class, Of(testClass.TestCollection), testClass.UniqueID), method.Method, method.TestMethodArguments, method.UniqueID)
            : method;
    }

    private static IXunitTestCollection Of(IXunitTestCollection collection) =>
        collection.CollectionFixtureTypes.Count > 0 && GuestOnly.IsCollection(collection)
            ? new HostTestCollection(collection)
            : collection;
}
