using System.Diagnostics;
using System.Globalization;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent;

/// <summary>A shell that owns a warden with a running program, so that an owner can be killed that is not the test.</summary>
internal sealed class ShellOwner : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private readonly Process _shell;

    private ShellOwner(Process shell) => _shell = shell;

    public int WardenId { get; private set; }

    public int ProgramId { get; private set; }

    public static async Task<ShellOwner> StartAsync(string root)
    {
        var order = Path.Combine(root, ".order");
        File.WriteAllBytes(order, [.. new SandboxFacts { Id = "one", Created = DateTimeOffset.UnixEpoch }.Write(), .. new WardenPlan { Program = ["sleep", "600"] }.Write()]);

        // The warden's input never ends, since it holds both ends of it: the owner's death alone must do.
        var script = $"mkfifo {order}.pipe && exec 3<>{order}.pipe && cat {order} >&3; {WardenProcess.AgentPath} warden {root} one <&3 3>&- & echo $!; wait";
        var owner = new ShellOwner(Process.Start(new ProcessStartInfo("sh", ["-c", script]) { RedirectStandardOutput = true })!);
        owner.WardenId = int.Parse((await owner.ReadLineAsync())!, CultureInfo.InvariantCulture);
        Assert.Equal("ready", await owner.ReadLineAsync());
        owner.ProgramId = int.Parse((await owner.ReadLineAsync())!["started ".Length..], CultureInfo.InvariantCulture);
        return owner;
    }

    public void Die()
    {
        _shell.Kill();
        _shell.WaitForExit();
    }

    public static void Signal(string signal, int process)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        Die();
        _shell.Dispose();
    }

    private async Task<string?> ReadLineAsync() => await _shell.StandardOutput.ReadLineAsync().WaitAsync(_deadline);
}
