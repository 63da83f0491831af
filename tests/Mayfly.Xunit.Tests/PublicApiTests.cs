using Mayfly.Tests;

namespace Mayfly.Xunit.Tests;

/// <summary>What users can see changes only on purpose: a difference shows as a snapshot to look at and accept.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void ThePublicSurfaceIsWhatWasAccepted() => Snapshots.Verify(PublicSurface.Of(typeof(GuestFactAttribute).Assembly));
}
