using System.Diagnostics;

namespace Mayfly.Tests.Templates;

/// <summary>A lock that another process has until it is killed.</summary>
internal sealed class ForeignLock : IDisposable
{
    private static readonly TimeSpan _generous = TimeSpan.FromSeconds(30);
    private readonly Process _owner;

    private ForeignLock(Process owner) => _owner = owner;

    public static async Task<ForeignLock> TakeAsync(string path, bool shared)
    {
        var start = new ProcessStartInfo("flock", ["--no-fork", shared ? "-s" : "-x", path, "sh", "-c", "echo locked; exec sleep 600"]) { RedirectStandardOutput = true };
        var held = new ForeignLock(Process.Start(start)!);
        Assert.Equal("locked", await held._owner.StandardOutput.ReadLineAsync().WaitAsync(_generous));
        return held;
    }

    public void Kill()
    {
        _owner.Kill(entireProcessTree: true);
        _owner.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _owner.Dispose();
    }
}
