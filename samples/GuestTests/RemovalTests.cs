using System.ComponentModel;
using System.Diagnostics;

namespace GuestTests;

/// <summary>The command that everybody knows and nobody runs.</summary>
[Trait("Category", "MicroVM")]
public sealed class RemovalTests
{
    [GuestFact]
    public async Task EverythingIsRemoved()
    {
        await Shell.RunAsync("rm -rf /* 2> /dev/null");

        Assert.False(File.Exists("/bin/sh"));
        Assert.False(File.Exists(typeof(RemovalTests).Assembly.Location));
        Assert.Throws<Win32Exception>(() => Process.Start("/bin/sh"));
    }

    [GuestFact]
    public void TheNeighbourMissesNothing()
    {
        Assert.True(File.Exists("/bin/sh"));
        Assert.True(File.Exists(typeof(RemovalTests).Assembly.Location));
    }
}
