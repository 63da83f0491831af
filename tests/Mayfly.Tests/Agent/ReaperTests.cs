using System.Diagnostics;
using Mayfly.Agent.Warden;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent;

/// <summary>What the native reaper clears, and what it must not touch. Needs the native agent, which build/setup makes.</summary>
public sealed class ReaperTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mft-").FullName;
    private readonly Process _sleep = Process.Start("sleep", ["600"]);

    private ProcessIdentity Sleep => HostProcesses.Identify(_sleep.Id)!;

    [Fact]
    public async Task WhatTheRecordNamesIsReleasedAndTwiceIsTheSameAsOnce()
    {
        var record = new SandboxRecord(_root, "one").Handles(SandboxRecord.Process(Sleep));

        Assert.Equal((0, "reaped one"), await ReapAsync());
        Assert.Equal((0, ""), await ReapAsync());

        Assert.False(record.Exists);
        await WardenProcess.WaitForEndOfAsync(_sleep.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("garbage")]
    [InlineData("{\"id\":\"one\"")]
    [InlineData("{\"id\":\"../../etc\",\"created_unix_ms\":\"0\"}\n")]
    [InlineData(null)]
    public async Task DamagedFactsKeepNothingAlive(string? facts)
    {
        var record = new SandboxRecord(_root, "one").Facts(facts).Handles(SandboxRecord.Process(Sleep));

        Assert.Equal((0, "reaped one"), await ReapAsync());

        Assert.False(record.Exists);
        await WardenProcess.WaitForEndOfAsync(_sleep.Id);
    }

    [Theory]
    [InlineData(ResourceNames.FactsFile)]
    [InlineData(ResourceNames.HandlesFile)]
    [InlineData(ResourceNames.LockFile)]
    public async Task APipeInPlaceOfAFileHoldsNobodyUp(string name)
    {
        var record = new SandboxRecord(_root, "one");
        var file = Path.Combine(_root, "one", name);
        File.Delete(file);
        using (var pipe = Process.Start("mkfifo", [file]))
        {
            await pipe.WaitForExitAsync();
        }

        Assert.Equal((0, "reaped one"), await ReapAsync());
        Assert.False(record.Exists);
    }

    [Fact]
    public async Task ADirectoryInPlaceOfALockIsToldAndKeepsNoOtherFromBeingCleared()
    {
        var record = new SandboxRecord(_root, "one").Lock(null);
        Directory.CreateDirectory(Path.Combine(_root, "one", ResourceNames.LockFile));
        var other = new SandboxRecord(_root, "two");

        var (code, said) = await ReapAsync();

        Assert.Equal(1, code);
        Assert.Contains("left one ", said, StringComparison.Ordinal);
        Assert.Contains("reaped two", said, StringComparison.Ordinal);
        Assert.True(record.Exists);
        Assert.False(other.Exists);
    }

    [Fact]
    public async Task AHalfLineAtTheEndAnnouncesNothing()
    {
        var record = new SandboxRecord(_root, "one").Handles(SandboxRecord.Process(Sleep)[..^20]);

        Assert.Equal((0, "reaped one"), await ReapAsync());

        Assert.False(record.Exists);
        Assert.False(_sleep.HasExited);
    }

    [Theory]
    [InlineData("garbage\n")]
    [InlineData("\n\n")]
    [InlineData("{\"number\":\"x\"}\n")]
    [InlineData("{\"number\":\"2\",\"state\":\"odd\",\"kind\":\"process\"}\n")]
    [InlineData("\u0000\u0000\u0000\n")]
    public async Task GarbageBetweenLinesHidesNoneOfThem(string garbage)
    {
        new SandboxRecord(_root, "one").Handles(garbage, SandboxRecord.Process(Sleep), garbage);

        Assert.Equal((0, "reaped one"), await ReapAsync());

        await WardenProcess.WaitForEndOfAsync(_sleep.Id);
    }

    [Fact]
    public async Task AnUnknownKindIsReportedAndItsRecordKept()
    {
        var record = new SandboxRecord(_root, "one").Handles(
            "{\"number\":\"1\",\"state\":\"made\",\"kind\":\"wormhole\",\"name\":\"w\"}\n",
            SandboxRecord.Process(Sleep).Replace("\"1\"", "\"2\"", StringComparison.Ordinal));

        var first = await ReapAsync();
        var second = await ReapAsync();

        Assert.Equal(1, first.Code);
        Assert.StartsWith("left one wormhole w", first.Text, StringComparison.Ordinal);
        Assert.Equal(first, second);
        Assert.True(record.Exists);
        await WardenProcess.WaitForEndOfAsync(_sleep.Id);
    }

    [Fact]
    public async Task ADirectoryWhoseMakerDiedBetweenTwoStepsIsRemoved()
    {
        var bare = new SandboxRecord(_root, "bare").Lock(null).Facts(null);
        Directory.CreateDirectory(Path.Combine(_root, ".gone-half", "a"));

        Assert.Equal((0, "reaped bare"), await ReapAsync());

        Assert.False(bare.Exists);
        Assert.False(Directory.Exists(Path.Combine(_root, ".gone-half")));
    }

    [Fact]
    public async Task ADeepTreeWhoseRemoverDiedIsRemoved()
    {
        var directory = Path.Combine(_root, ".gone-half");
        Directory.CreateDirectory(Path.Combine([directory, .. Enumerable.Repeat("d", 70)]));

        Assert.Equal((0, ""), await ReapAsync());

        Assert.False(Directory.Exists(directory));
    }

    [RootFact]
    public async Task ADirectoryThatCannotBeEmptiedIsToldUntilItIsGone()
    {
        var record = new SandboxRecord(_root, "one");
        var other = new SandboxRecord(_root, "two");
        var gone = Path.Combine(_root, ".gone-one");
        using (new StuckFile(Path.Combine(_root, "one", "stuck"), _root))
        {
            var left = $"left one '{gone}' was not removed: 'stuck' in it: Operation not permitted";

            var (code, said) = await ReapAsync();
            Assert.Equal(1, code);
            Assert.Equal([left, "reaped two"], said.Split('\n').Order(StringComparer.Ordinal));
            Assert.Equal((1, left), await ReapAsync());
            Assert.Equal((1, left), await ReapAsync("one"));
            Assert.Equal((0, ""), await ReapAsync("two"));
            var end = await AgentProcess.RunAsync("end", _root, "one");
            Assert.Equal((1, left), (end.Code, Assert.Single(end.Lines)));
            Assert.False(record.Exists);
            Assert.False(other.Exists);
        }

        Assert.Equal((0, ""), await ReapAsync());
        Assert.False(Directory.Exists(gone));
    }

    [Fact]
    public async Task MoreThanCanBeHeldAtOnceAreEachToldOnce()
    {
        for (var number = 0; number < 130; number++)
        {
            new SandboxRecord(_root, $"s{number}").Handles("{\"number\":\"1\",\"state\":\"made\",\"kind\":\"wormhole\",\"name\":\"w\"}\n");
        }

        var (code, said) = await ReapAsync();

        Assert.Equal(1, code);
        Assert.Equal(130, said.Split('\n').Distinct().Count());
        Assert.Equal(130, said.Split('\n').Length);
    }

    [Theory]
    [InlineData("later start")]
    [InlineData("other boot")]
    [InlineData("other namespace")]
    public async Task AStrangerThatHasGotTheNumberIsSafe(string difference)
    {
        var record = new SandboxRecord(_root, "one").Handles(SandboxRecord.Process(difference switch
        {
            "later start" => Sleep with { StartTicks = Sleep.StartTicks - 1 },
            "other boot" => Sleep with { BootId = Guid.NewGuid().ToString() },
            _ => Sleep with { Namespace = Sleep.Namespace + 1 },
        }));

        Assert.Equal((0, "reaped one"), await ReapAsync());

        Assert.False(record.Exists);
        Assert.False(_sleep.HasExited);
    }

    [Fact]
    public async Task ALivingSandboxIsNotTouched()
    {
        using var warden = new WardenProcess(root: _root, id: "one");
        Assert.Equal("ready", await warden.ReadLineAsync());
        warden.Send(new WardenPlan { Program = ["sleep", "600"] }.Write());
        var program = await warden.ReadStartedAsync();
        File.WriteAllText(Path.Combine(warden.Directory, "file"), "x");
        var dead = new SandboxRecord(_root, "dead");

        Assert.Equal((0, "reaped dead"), await ReapAsync());
        Assert.Equal((0, ""), await ReapAsync("one"));

        Assert.False(dead.Exists);
        Assert.True(File.Exists(Path.Combine(warden.Directory, "file")));
        Assert.NotNull(HostProcesses.Identify(program));
        Assert.Equal(["one alive"], (await AgentProcess.RunAsync("list", _root)).Lines);
    }

    [Fact]
    public async Task AStoppedWardenOfADeadOwnerIsEnded()
    {
        using var owner = await ShellOwner.StartAsync(_root);
        ShellOwner.Signal("STOP", owner.WardenId);
        owner.Die();
        Assert.Equal(["one ending"], (await AgentProcess.RunAsync("list", _root)).Lines);

        Assert.Equal((0, "reaped one"), await ReapAsync());

        await WardenProcess.WaitForEndOfAsync(owner.WardenId);
        await WardenProcess.WaitForEndOfAsync(owner.ProgramId);
        Assert.False(Directory.Exists(Path.Combine(_root, "one")));
    }

    [Fact]
    public async Task AReaperWaitsForAWardenThatIsAtWork()
    {
        using var owner = await ShellOwner.StartAsync(_root);
        owner.Die();

        Assert.Equal(0, (await ReapAsync()).Code);

        Assert.False(Directory.Exists(Path.Combine(_root, "one")));
        await WardenProcess.WaitForEndOfAsync(owner.ProgramId);
    }

    [Fact]
    public async Task ReapersSideBySideClearEachSandboxOnce()
    {
        var records = Enumerable.Range(0, 30).Select(number => new SandboxRecord(_root, $"s{number}")).ToList();
        records[0].Handles(SandboxRecord.Process(Sleep));

        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => AgentProcess.RunAsync("reap", _root)));

        Assert.All(runs, run => Assert.Equal(0, run.Code));
        Assert.Equal(records.Count, runs.SelectMany(run => run.Lines).Distinct().Count());
        Assert.Equal(records.Count, runs.Sum(run => run.Lines.Count));
        Assert.DoesNotContain(records, record => record.Exists);
    }

    [Fact]
    public async Task ARootThatIsNotThereIsAnErrorAndNoCrash()
    {
        using var reaper = AgentProcess.Start("reap", Path.Combine(_root, "nowhere"));

        Assert.Contains("nowhere", await reaper.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        await reaper.WaitForExitAsync();
        Assert.Equal(1, reaper.ExitCode);
    }

    [RootFact]
    public async Task ANumberThatWasReallyReusedIsAStrangers()
    {
        // In there, numbers can be chosen: the second sleep gets the first one's.
        var script = $$"""
            mkdir -p {{_root}}/one && : > {{_root}}/one/lock
            sleep 600 & first=$!
            ticks=$(sed 's/.*) //' /proc/$first/stat | cut -d' ' -f20)
            boot=$(cat /proc/sys/kernel/random/boot_id)
            space=$(stat -Lc %i /proc/self/ns/pid)
            printf '{"number":"1","state":"made","kind":"process","program":"sleep","pid":"%s","start_ticks":"%s","boot_id":"%s","pid_namespace":"%s"}\n' $first $ticks $boot $space > {{_root}}/one/handles
            kill -KILL $first; wait $first
            sleep 0.1
            echo $((first - 1)) > /proc/sys/kernel/ns_last_pid
            sleep 600 & second=$!
            [ $first = $second ] || echo "not reused"
            {{WardenProcess.AgentPath}} reap {{_root}}
            kill -0 $second && echo survived
            kill -KILL $second
            """;
        using var space = Process.Start(new ProcessStartInfo("unshare", ["--pid", "--fork", "--mount-proc", "sh", "-c", script]) { RedirectStandardOutput = true })!;

        var text = await space.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal("reaped one\nsurvived\n", text);
        Assert.Empty(Directory.EnumerateDirectories(_root));
    }

    public void Dispose()
    {
        _sleep.Kill();
        _sleep.WaitForExit();
        _sleep.Dispose();
        if (Directory.Exists(_root))
        {
            Directory.Delete(_root, recursive: true);
        }
    }

    private async Task<(int Code, string Text)> ReapAsync(params string[] id)
    {
        var (code, lines) = await AgentProcess.RunAsync(["reap", _root, .. id]);
        return (code, string.Join('\n', lines));
    }
}
