using Mayfly.Agent.Native;
using Mayfly.Agent.Warden;
using Mayfly.Agent.Warden.Resources;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Tests.Agent;

/// <summary>The order of making and releasing, and the record of both, with each step failing once.</summary>
public sealed class ResourceStackTests : IDisposable
{
    private const int Steps = 5;

    private readonly SandboxPlace _place = new(Directory.CreateTempSubdirectory("mft-").FullName, "one");
    private readonly HashSet<string> _existing = [];
    private readonly List<string> _released = [];
    private string? _failsToMake;
    private string? _failsHalfMade;
    private string? _failsToRelease;

    public ResourceStackTests() => Directory.CreateDirectory(_place.Directory);

    public void Dispose() => Directory.Delete(_place.Root, recursive: true);

    [Fact]
    public void EverythingIsReleasedInReverseAndMarkedAsGone()
    {
        using var stack = Stack();
        for (var step = 0; step < Steps; step++)
        {
            stack.Make(Wanted(step));
        }

        Assert.Equal(Steps, HandleJournal.ReadLiving(_place).Count(line => line.State == HandleState.Made));

        Assert.Empty(stack.ReleaseAll());
        Assert.Empty(_existing);
        Assert.Equal(["r4", "r3", "r2", "r1", "r0"], _released);
        Assert.Empty(HandleJournal.ReadLiving(_place));
    }

    [Theory]
    [MemberData(nameof(EachStep))]
    public void AStepThatFailsLeavesNothingOfTheOthers(int failing)
    {
        _failsToMake = $"r{failing}";
        using var stack = Stack();

        var error = Assert.Throws<NativeException>(() => MakeAll(stack));

        Assert.Contains($"r{failing}", error.Message, StringComparison.Ordinal);
        Assert.Empty(stack.ReleaseAll());
        Assert.Empty(_existing);
    }

    [Theory]
    [MemberData(nameof(EachStep))]
    public void AStepThatFailsHalfwayLeavesNothingOfItself(int failing)
    {
        _failsHalfMade = $"r{failing}";
        using var stack = Stack();

        Assert.Throws<NativeException>(() => MakeAll(stack));

        Assert.Contains($"r{failing}", _existing);
        Assert.Empty(stack.ReleaseAll());
        Assert.Empty(_existing);
    }

    [Theory]
    [MemberData(nameof(EachStep))]
    public void AReleaseThatFailsKeepsNoOtherFromItsAndStaysInTheRecord(int failing)
    {
        using var stack = Stack();
        MakeAll(stack);
        _failsToRelease = $"r{failing}";

        var left = Assert.Single(stack.ReleaseAll());

        Assert.Contains($"r{failing}", left, StringComparison.Ordinal);
        Assert.Equal([$"r{failing}"], _existing);
        Assert.Equal($"r{failing}", Assert.Single(HandleJournal.ReadLiving(_place)).Handle["name"]);
    }

    [Theory]
    [MemberData(nameof(EachStep))]
    public void WhatIsAboutToBeMadeIsInTheRecordBeforeItExists(int step)
    {
        using var stack = Stack(beforeMaking: name =>
        {
            var line = HandleJournal.ReadLiving(_place)[^1];
            Assert.Equal(name, line.Handle["name"]);
            Assert.Equal(HandleState.Making, line.State);
        });

        for (var made = 0; made <= step; made++)
        {
            stack.Make(Wanted(made));
        }
    }

    [Fact]
    public void AKindNobodyKnowsIsRefusedBeforeItIsWrittenDown()
    {
        using var stack = Stack();

        Assert.Throws<NativeException>(() => stack.Make(ResourceHandle.Of("perpetual-motion")));

        Assert.Empty(HandleJournal.ReadLiving(_place));
    }

    [Fact]
    public void ADescriptorIsClosedBeforeItsResourceIsReleased()
    {
        Descriptor? held = null;
        using var stack = new ResourceStack(_place, HandleJournal.Open(_place), _ => new ScriptedKind(this, null, making =>
        {
            held = Libc.Open("/dev/null", Linux.O_RDWR | Linux.O_CLOEXEC, 0);
            making.Inherit(held);
        }));
        stack.Make(Wanted(0));
        var inherited = Assert.Single(stack.Inherited);
        Assert.True(inherited.Number >= 100);

        Assert.Empty(stack.ReleaseAll());

        Assert.True(inherited.IsClosed);
        Assert.True(held!.IsClosed);
    }

    public static TheoryData<int> EachStep() => new(Enumerable.Range(0, Steps));

    private static ResourceHandle Wanted(int step) => ResourceHandle.Of("scripted", ("name", $"r{step}"));

    private static void MakeAll(ResourceStack stack)
    {
        for (var step = 0; step < Steps; step++)
        {
            stack.Make(Wanted(step));
        }
    }

    private ResourceStack Stack(Action<string>? beforeMaking = null) =>
        new(_place, HandleJournal.Open(_place), kind => kind == "scripted" ? new ScriptedKind(this, beforeMaking, null) : null);

    private sealed class ScriptedKind(ResourceStackTests test, Action<string>? beforeMaking, Action<ResourceMaking>? whenMade) : IResourceKind
    {
        public string Kind => "scripted";

        public IReadOnlyDictionary<string, string> Make(ResourceHandle wanted, ResourceMaking making)
        {
            var name = wanted["name"]!;
            beforeMaking?.Invoke(name);
            if (name == test._failsToMake)
            {
                throw new NativeException($"making {name}", Errno.EPERM);
            }

            test._existing.Add(name);
            whenMade?.Invoke(making);
            return name == test._failsHalfMade
                ? throw new NativeException($"making {name}", Errno.EIO)
                : new Dictionary<string, string> { ["path"] = $"/dev/{name}" };
        }

        public void Release(ResourceHandle handle, SandboxPlace place)
        {
            var name = handle["name"]!;
            if (name == test._failsToRelease)
            {
                throw new NativeException($"removing {name}", Errno.EBUSY);
            }

            test._existing.Remove(name);
            test._released.Add(name);
        }

        public IReadOnlyList<ResourceHandle> Find(SandboxPlace place) => [];
    }
}
