using Mayfly.Xunit.Worker;
using Xunit.v3;

namespace Mayfly.Xunit.Execution;

/// <summary>A collection of guest tests as xUnit's runners on the host see it: without the fixtures that belong into the guest.</summary>
internal sealed class HostTestCollection : XunitTestCollection, IXunitTestCollection
{
    /// <summary>For the deserializer.</summary>
    [Obsolete("Called by the de-serializer")]
    public HostTestCollection()
    {
    }

    public HostTestCollection(IXunitTestCollection collection)
        : base(collection.TestAssembly, collection.CollectionDefinition, collection.DisableParallelization, collection.TestCollectionDisplayName, collection.UniqueID)
    {
    }

    /// <inheritdoc/>
    IReadOnlyCollection<Type> IXunitTestCollection.CollectionFixtureTypes => WorkerProgram.IsRunning ? CollectionFixtureTypes : [];
}
