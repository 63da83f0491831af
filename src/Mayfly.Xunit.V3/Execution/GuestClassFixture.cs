using Mayfly.Diagnostics;
using Mayfly.Xunit.Guests.Machines;
using Xunit;

namespace Mayfly.Xunit.Execution;

/// <summary>What the guest tests of a class have in common on the host: the machine they share, where they do.</summary>
internal sealed class GuestClassFixture : IAsyncDisposable
{
    /// <summary>The machine.</summary>
    public GuestClass Machine { get; } = new();

    /// <summary>The one that xUnit has made for the class of the test that runs.</summary>
    /// <exception cref="SandboxConfigurationException">It has made none (MAY1001).</exception>
    public static async Task<GuestClassFixture> GetAsync() =>
        await TestContext.Current.GetFixture(typeof(GuestClassFixture)).ConfigureAwait(false) as GuestClassFixture
        ?? throw new SandboxConfigurationException(
            ErrorCode.InvalidOption, "GuestIsolation.Class is for classes whose tests all run in guests; move the others to a class of their own, or leave the isolation out.");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Machine.DisposeAsync();
}
