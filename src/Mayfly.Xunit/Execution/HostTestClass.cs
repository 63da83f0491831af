namespace Mayfly.Xunit.Execution;

/// <summary>What a class of guest tests looks like to xUnit's runner on the host. Nobody makes one: the test's own class is made in the guest.</summary>
/// <param name="fixture">What tests of the class have in common on the host.</param>
internal sealed class HostTestClass(GuestClassFixture fixture)
{
    /// <summary>What tests of the class have in common on the host.</summary>
    public GuestClassFixture Fixture => fixture;
}
