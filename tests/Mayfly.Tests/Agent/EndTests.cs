using Mayfly.Chaos;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent;

/// <summary>How a sandbox is ended by somebody else than its owner. Needs the native agent, which build/setup makes.</summary>
public sealed class EndTests
{
    private const int SIGSTOP = 19;

    [Fact]
    public async Task TheWardenReleasesEverythingWhileItsOwnerLives()
    {
        var (warden, program) = await WardenProcess.StartAsync("sleep", "600");
        using var ending = warden;

        Assert.Equal((0, ""), await EndAsync(warden));

        Assert.Equal("removed", await warden.ReadLineAsync());
        Assert.Equal("signalled 9", await warden.ReadLineAsync());
        Assert.Equal(0, await warden.WaitAsync());
        await WardenProcess.WaitForEndOfAsync(program);
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task AWardenWithoutAProgramEndsAsWell()
    {
        using var warden = await WardenProcess.StartAsync();

        Assert.Equal((0, ""), await EndAsync(warden));

        Assert.Equal(0, await warden.WaitAsync());
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task AWardenThatWasStoppedIsKilledAndItsWorkDone()
    {
        var (warden, program) = await WardenProcess.StartAsync("sleep", "600");
        using var ending = warden;
        _ = Libc.Kill(warden.ProcessId, SIGSTOP);

        Assert.Equal((0, $"reaped {warden.Id}"), await EndAsync(warden));

        await WardenProcess.WaitForEndOfAsync(program);
        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task WhatADeadSandboxHasLeftIsCleared()
    {
        using var warden = await WardenProcess.StartAsync();
        warden.Kill();
        await warden.WaitAsync();

        Assert.Equal((0, $"reaped {warden.Id}"), await EndAsync(warden));
        Assert.Equal((0, ""), await EndAsync(warden));

        Assert.False(Directory.Exists(warden.Directory));
    }

    [Fact]
    public async Task WhatStandsInThePipesPlaceHoldsNobodyUp()
    {
        var (warden, _) = await WardenProcess.StartAsync("sleep", "600");
        using var ending = warden;
        var pipe = Path.Combine(warden.Directory, ResourceNames.EndFile);
        File.Delete(pipe);
        Directory.CreateDirectory(pipe);

        Assert.Equal((0, $"reaped {warden.Id}"), await EndAsync(warden));

        Assert.False(Directory.Exists(warden.Directory));
    }

    private static async Task<(int Code, string Lines)> EndAsync(WardenProcess warden)
    {
        var end = await AgentProcess.RunAsync("end", warden.Root, warden.Id);
        return (end.Code, string.Join('\n', end.Lines));
    }
}
