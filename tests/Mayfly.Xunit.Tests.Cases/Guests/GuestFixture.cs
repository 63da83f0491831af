namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>A fixture that knows where it was made, and how often.</summary>
public class GuestFixture : IAsyncLifetime
{
    private static int _made;

    public GuestFixture()
    {
        GuestWitness.Saw(this);
        Number = Interlocked.Increment(ref _made);
        WasMadeInGuest = GuestMachine.IsCurrent;
    }

    public int Number { get; }

    public bool WasMadeInGuest { get; }

    public bool IsInitialized { get; private set; }

    public async Task InitializeAsync()
    {
        await Task.Yield();
        IsInitialized = true;
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
