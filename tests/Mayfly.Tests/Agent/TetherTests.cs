using System.Diagnostics;
using System.Globalization;

namespace Mayfly.Tests.Agent;

/// <summary>Programs at a tether. Needs the native agent, which build/setup makes.</summary>
public sealed class TetherTests
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(30);

    private static string Self => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public async Task StreamsAndTheExitCodePassThrough()
    {
        using var tether = AgentProcess.Start("tether", Self, "sh", "-c", "cat; echo problem >&2; exit 42");

        await tether.StandardInput.WriteAsync("through");
        tether.StandardInput.Close();

        Assert.Equal("through", await tether.StandardOutput.ReadToEndAsync().WaitAsync(_deadline));
        Assert.Equal("problem\n", await tether.StandardError.ReadToEndAsync().WaitAsync(_deadline));
        await tether.WaitForExitAsync().WaitAsync(_deadline);
        Assert.Equal(42, tether.ExitCode);
    }

    [Theory]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("exec /nowhere/no-such-program", 127)]
    public async Task OtherEndsHaveTheShellsCodes(string script, int code) =>
        Assert.Equal(code, (await AgentProcess.RunAsync("tether", Self, "sh", "-c", script)).Code);

    [Fact]
    public async Task AProgramThatDoesNotExistIsNamed()
    {
        using var tether = AgentProcess.Start("tether", Self, "/nowhere/no-such-program");

        Assert.Contains("/nowhere/no-such-program", await tether.StandardError.ReadToEndAsync().WaitAsync(_deadline), StringComparison.Ordinal);
        await tether.WaitForExitAsync().WaitAsync(_deadline);
        Assert.Equal(127, tether.ExitCode);
    }

    [Fact]
    public async Task TheOwnersDeathEndsTheProgramAndWhatItHasStarted()
    {
        // The shell is the owner: a tether of its own, which starts a program with a child in a session of its own.
        using var owner = Process.Start(new ProcessStartInfo("sh", ["-c", $"{WardenProcess.AgentPath} tether $$ sh -c 'setsid sleep 600 & echo $!; echo $$; wait'; wait"]) { RedirectStandardOutput = true })!;
        var child = int.Parse((await owner.StandardOutput.ReadLineAsync().WaitAsync(_deadline))!, CultureInfo.InvariantCulture);
        var program = int.Parse((await owner.StandardOutput.ReadLineAsync().WaitAsync(_deadline))!, CultureInfo.InvariantCulture);

        owner.Kill();

        await WardenProcess.WaitForEndOfAsync(program);
        await WardenProcess.WaitForEndOfAsync(child);
    }

    [Fact]
    public async Task TheTethersDeathEndsTheProgram()
    {
        using var tether = AgentProcess.Start("tether", Self, "sh", "-c", "echo $$; exec sleep 600");
        var program = int.Parse((await tether.StandardOutput.ReadLineAsync().WaitAsync(_deadline))!, CultureInfo.InvariantCulture);

        tether.Kill();

        await WardenProcess.WaitForEndOfAsync(program);
    }

    [Fact]
    public async Task AnOwnerThatIsNotItsParentMeansThatItHasDiedAlready() =>
        Assert.Equal(137, (await AgentProcess.RunAsync("tether", "1", "true")).Code);
}
