namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>A fixture that can't be disposed of in a guest.</summary>
public sealed class GuestUndisposableFixture : IDisposable
{
    public void Dispose() => throw new InvalidOperationException($"can't be disposed of, in a guest: {GuestMachine.IsCurrent}");
}
