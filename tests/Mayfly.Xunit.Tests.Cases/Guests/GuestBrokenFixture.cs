namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>A fixture that can't be made in a guest.</summary>
public sealed class GuestBrokenFixture
{
    public GuestBrokenFixture() => throw new InvalidOperationException($"can't be made, in a guest: {GuestMachine.IsCurrent}");
}
