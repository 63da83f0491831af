using System.Reflection;
using Mayfly.Xunit.Worker;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>
/// A class of guest tests as xUnit's runners on the host see it: without the fixtures and the constructor that belong into the
/// guest. There, after it was sent with a test case, it has them.
/// </summary>
internal sealed class HostTestClass : XunitTestClass, IXunitTestClass
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public HostTestClass()
    {
    }

    public HostTestClass(Type @class, IXunitTestCollection testCollection, string uniqueID)
        : base(@class, testCollection, uniqueID)
    {
    }

    /// <inheritdoc/>
    IReadOnlyCollection<Type> IXunitTestClass.ClassFixtureTypes => WorkerProgram.IsRunning ? ClassFixtureTypes : [typeof(GuestClassFixture)];

    /// <inheritdoc/>
    IReadOnlyCollection<ConstructorInfo>? IXunitTestClass.Constructors => WorkerProgram.IsRunning ? Constructors : null;
}
