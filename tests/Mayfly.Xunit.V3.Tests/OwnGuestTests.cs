using System.Diagnostics;

namespace Mayfly.Xunit.V3.Tests;

/// <summary>Tests in guests that whoever runs this project runs, such as <c>dotnet test</c>.</summary>
[Trait("Category", "MicroVM")]
public sealed class OwnGuestTests(ITestOutputHelper output)
{
    [GuestFact(Isolation = GuestIsolation.Class)]
    public async Task AMountIsTheMachinesOwn()
    {
        Directory.CreateDirectory("/mine");
        await Process.Start("mount", "-t tmpfs none /mine").WaitForExitAsync(TestContext.Current.CancellationToken);
        output.WriteLine(File.ReadAllText("/proc/mounts"));
        Assert.Contains(" /mine tmpfs ", File.ReadAllText("/proc/mounts"), StringComparison.Ordinal);
    }

    [GuestTheory(Isolation = GuestIsolation.Class)]
    [InlineData("one")]
    [InlineData("two")]
    public void RowsRunInAGuest(string row)
    {
        Assert.True(GuestMachine.IsCurrent);
        File.WriteAllText($"/{row}", row);
    }
}
