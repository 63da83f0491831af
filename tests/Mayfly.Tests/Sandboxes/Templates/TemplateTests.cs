using Mayfly.Chaos;
using Mayfly.Diagnostics;
using Mayfly.Templates;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Sandboxes.Templates;

/// <summary>Templates that are prepared, kept by a key, given up and broken off.</summary>
[Trait("Category", "MicroVM")]
public sealed class TemplateTests : IDisposable
{
    private readonly OwnTemplates _templates = new();

    private static SandboxOptions Small => SandboxOptions.FromEnvironment() with { Memory = ByteSize.MiB(256) };

    public void Dispose() => _templates.Dispose();

    [Fact]
    public async Task WhatIsPreparedIsInEachCloneAndWhatACloneDoesInNoOther()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["tool"], "pushed");
        var template = await SandboxTemplate.CreateAsync(Small, async (sandbox, cancellationToken) =>
        {
            await sandbox.PushAsync(folder["tool"], "/opt/tool", cancellationToken);
            await sandbox.ShellAsync("sleep 100000 > /dev/null 2>&1 & echo $! > /tmp/pid", Patience.Long, cancellationToken);
        });
        await using var first = await template.StartAsync();
        await using var second = await template.StartAsync();
        Assert.Equal("a template of its own", first.Boot.StartReason);

        const string use = "kill -0 $(cat /tmp/pid) && cat /opt/tool && ls /tmp/mine 2> /dev/null | wc -l";
        Assert.Equal("pushed0\n", (await first.ShellAsync($"{use}; echo mine > /tmp/mine; rm /opt/tool; kill $(cat /tmp/pid)", Patience.Long)).StandardOutput);
        Assert.Equal("pushed0\n", (await second.ShellAsync(use, Patience.Long)).StandardOutput);
        await using var third = await template.StartAsync();
        Assert.Equal("pushed0\n", (await third.ShellAsync(use, Patience.Long)).StandardOutput);

        // It goes, and they stay.
        Assert.Equal(2, _templates.Entries.Count);
        await template.DisposeAsync();
        await template.DisposeAsync();
        Assert.Empty(_templates.Entries);
        Assert.Equal("pushed0\n", (await second.ShellAsync(use, Patience.Long)).StandardOutput);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => template.StartAsync());
        Assert.Empty(_templates.Entries);
    }

    [Fact]
    public async Task ATemplateWithAKeyIsPreparedOnceHoweverManyAskForItAtOnce()
    {
        var prepared = 0;
        async Task<string> UseAsync(string key)
        {
            await using var template = await SandboxTemplate.CreateAsync(
                Small,
                async (sandbox, cancellationToken) =>
                {
                    var number = Interlocked.Increment(ref prepared);
                    await sandbox.ShellAsync($"echo {number} > /tmp/number", Patience.Long, cancellationToken);
                },
                key);
            await using var clone = await template.StartAsync();
            return (await clone.ShellAsync("cat /tmp/number", Patience.Long)).StandardOutput;
        }

        Assert.All(await Task.WhenAll(UseAsync("one"), UseAsync("one"), UseAsync("one")), number => Assert.Equal("1\n", number));
        Assert.Equal("1\n", await UseAsync("one"));
        Assert.Equal("2\n", await UseAsync("another"));
        Assert.Equal(2, prepared);
        Assert.Equal(2, _templates.Entries.Count);
    }

    [Fact]
    public async Task TwoProcessesMakeATemplateWithAKeyOnce()
    {
        var runtime = Directory.CreateTempSubdirectory("mft-").FullName;
        try
        {
            using var first = new OwnerProcess(runtime, _templates.Cache);
            using var second = new OwnerProcess(runtime, _templates.Cache);
            first.Tell(OwnerProgram.MakeTemplate);
            second.Tell(OwnerProgram.MakeTemplate);
            await Task.WhenAll(first.Done, second.Done).WithPatience();

            Assert.Equal((null, null), (first.Failure, second.Failure));
            Assert.Equal((OwnerPhase.Done, OwnerPhase.Done), (first.Phase, second.Phase));
            Assert.Single(new[] { first, second }, owner => owner.DurationOf(OwnerPhase.Booted) > TimeSpan.Zero);
            Assert.Single(_templates.Entries);
        }
        finally
        {
            Directory.Delete(runtime, recursive: true);
        }
    }

    [Fact]
    public async Task ATemplateOfItsOwnGoesWithAKilledProcess()
    {
        var runtime = Directory.CreateTempSubdirectory("mft-").FullName;
        try
        {
            using var owner = new OwnerProcess(runtime, _templates.Cache);
            owner.Tell(OwnerProgram.LivePool);
            await owner.Reached(OwnerPhase.Exec).WithPatience();
            Assert.Single(_templates.Entries, entry => TemplateShelf.IsWork(Path.GetFileName(entry)));

            _ = Libc.Kill(owner.ProcessId, Libc.SIGKILL);

            var remains = new Remains(owner.Mark, Path.Combine(runtime, "mayfly"), _templates.Cache);
            using var patience = new CancellationTokenSource(Patience.Command);
            while (remains.Find(null) is { Count: > 0 } left)
            {
                Assert.False(patience.IsCancellationRequested, string.Join('\n', left));
                await Task.Yield();
            }

            // The lock's empty file is for whoever looks after the cache next.
            ChaosRound.EvictTemplates(_templates.Cache);
            Assert.Empty(_templates.Entries);
        }
        finally
        {
            Directory.Delete(runtime, recursive: true);
        }
    }

    [Fact]
    public async Task APreparationThatFailsLeavesNothingAndIsHeardOf()
    {
        var before = Footprint.Directories();

        var failure = await Assert.ThrowsAsync<InvalidDataException>(() => SandboxTemplate.CreateAsync(Small, (_, _) => throw new InvalidDataException("mine")));
        Assert.Equal("mine", failure.Message);
        await Assert.ThrowsAsync<InvalidDataException>(() => SandboxTemplate.CreateAsync(Small, (_, _) => throw new InvalidDataException("mine"), "key"));

        AssertNothingIsLeft(before);
    }

    [Fact]
    public async Task APreparationThatLeavesACommandOpenIsToldTo()
    {
        var before = Footprint.Directories();

        var refused = await Assert.ThrowsAsync<SandboxImageException>(() => SandboxTemplate.CreateAsync(
            Small, async (sandbox, cancellationToken) => await sandbox.StartCommandAsync(["sleep", "1000"], Patience.Long, cancellationToken)));

        Assert.Equal(ErrorCode.TemplateFailed, refused.Code);
        Assert.Contains("command", refused.Message, StringComparison.Ordinal);
        AssertNothingIsLeft(before);
    }

    [Theory]
    [InlineData("booting")]
    [InlineData("preparing")]
    [InlineData("cloning")]
    public async Task WhoGivesUpGetsNothingAndLeavesNothing(string when)
    {
        var before = Footprint.Directories();
        using var giveUp = new CancellationTokenSource();
        var options = Small with { Progress = new Trigger(when, giveUp) };
        await using (var template = when == "cloning" ? await SandboxTemplate.CreateAsync(options, (_, _) => Task.CompletedTask) : null)
        {
            var canceled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => template is not null
                ? template.StartAsync(cancellationToken: giveUp.Token)
                : SandboxTemplate.CreateAsync(
                    options,
                    async (_, cancellationToken) =>
                    {
                        await giveUp.CancelAsync();
                        await Task.Delay(Timeout.Infinite, cancellationToken);
                    },
                    cancellationToken: giveUp.Token)).WithPatience();
            Assert.Equal(giveUp.Token, canceled.CancellationToken);
        }

        AssertNothingIsLeft(before);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("key", false)]
    public async Task AKeyThatNamesNothingIsRefused(string key, bool hasPreparation)
    {
        var refused = await Assert.ThrowsAsync<SandboxConfigurationException>(
            () => SandboxTemplate.CreateAsync(Small, hasPreparation ? (_, _) => Task.CompletedTask : null, key));

        Assert.Equal(ErrorCode.InvalidOption, refused.Code);
    }

    private void AssertNothingIsLeft(IReadOnlyList<string> before)
    {
        Assert.Empty(_templates.Entries);
        Assert.Equal(before, Footprint.Directories());
    }

    private sealed class Trigger(string activity, CancellationTokenSource source) : IProgress<SandboxProgress>
    {
        public void Report(SandboxProgress value)
        {
            if (value.Activity == activity)
            {
                source.Cancel();
            }
        }
    }
}
