using Mayfly.Diagnostics;
using Mayfly.Xunit.Guests;

namespace Mayfly.Xunit.Tests.Guests;

/// <summary>The attribute of a test has the first word, then the assembly's, then the environment.</summary>
public sealed class GuestTestSettingsTests
{
    private static readonly Dictionary<string, string> _environment = new()
    {
        ["MAYFLY_TEST_TIMEOUT"] = "33",
        ["MAYFLY_MEMORY"] = "333M",
        ["MAYFLY_NETWORK"] = "user",
        ["MAYFLY_KERNEL"] = "minimal",
        ["MAYFLY_ACCEL"] = "tcg",
        ["MAYFLY_COLD"] = "1",
        ["MAYFLY_ARTIFACTS"] = "/somewhere/else",
    };

    private static readonly GuestDefaultsAttribute _defaults = new()
    {
        TimeoutSeconds = 22,
        Isolation = GuestIsolation.Class,
        Memory = "222M",
        Cpus = 2,
        Network = "user:outbound",
        Image = "kernel",
        User = "assembly",
        Layers = ["sh"],
    };

    [Fact]
    public void WithoutAWordFromAnybodyThereAreDefaults()
    {
        var settings = Of(new GuestFactAttribute());

        Assert.Equal((TimeSpan.FromSeconds(120), GuestIsolation.Test, "root", null), (settings.Timeout, settings.Isolation, settings.User, settings.ArtifactsFolder));
        Assert.Equal(new SandboxOptions().Memory, settings.Options.Memory);
        Assert.Equal((1, SandboxNetwork.None, SandboxKernel.Stock, (string?)null), (settings.Options.Cpus, settings.Options.Network, settings.Options.Kernel, settings.Options.KernelPath));
        Assert.Empty(settings.Options.Layers);
        Assert.Equal(DefaultsAssembly.Folder + "/Some.Tests.dll", settings.Assembly);
    }

    [Fact]
    public void TheEnvironmentSaysWhatNobodyElseDoes()
    {
        var settings = Of(new GuestFactAttribute(), environment: _environment);

        Assert.Equal((TimeSpan.FromSeconds(33), "/somewhere/else"), (settings.Timeout, settings.ArtifactsFolder));
        Assert.Equal((333, SandboxKernel.Minimal, Acceleration.Tcg, true), (settings.Options.Memory.Bytes / 1024 / 1024, settings.Options.Kernel, settings.Options.Acceleration, settings.Options.Cold));
        Assert.IsType<UserNetwork>(settings.Options.Network);
    }

    [Fact]
    public void TheAssemblyHasAWordBeforeTheEnvironment()
    {
        var settings = Of(new GuestFactAttribute(), _defaults, _environment);

        Assert.Equal((TimeSpan.FromSeconds(22), GuestIsolation.Class, "assembly"), (settings.Timeout, settings.Isolation, settings.User));
        Assert.Equal((222, 2, DefaultsAssembly.Folder + "/kernel"), (settings.Options.Memory.Bytes / 1024 / 1024, settings.Options.Cpus, settings.Options.KernelPath));
        Assert.True(Assert.IsType<UserNetwork>(settings.Options.Network).Outbound);
        Assert.Single(settings.Options.Layers);
    }

    [Fact]
    public void TheTestHasTheFirstWord()
    {
        var attribute = new GuestTheoryAttribute
        {
            TimeoutSeconds = 1.5,
            Isolation = GuestIsolation.Test,
            Memory = "1G",
            Cpus = 3,
            Network = "none",
            Image = "STOCK",
            User = "1000",
            Layers = ["./tool"],
        };

        var settings = Of(attribute, _defaults, _environment);

        Assert.Equal((TimeSpan.FromSeconds(1.5), GuestIsolation.Test, "1000"), (settings.Timeout, settings.Isolation, settings.User));
        Assert.Equal((ByteSize.GiB(1), 3, SandboxNetwork.None, SandboxKernel.Stock, null), (settings.Options.Memory, settings.Options.Cpus, settings.Options.Network, settings.Options.Kernel, settings.Options.KernelPath));

        // Layers add up.
        Assert.Equal(2, settings.Options.Layers.Count);
    }

    [Fact]
    public void TheTimeoutOfXunitIsADeadlineToo()
    {
        Assert.Equal(TimeSpan.FromSeconds(1.5), Of(new GuestFactAttribute { Timeout = 1500, TimeoutSeconds = 7 }).Timeout);
        Assert.Equal(TimeSpan.FromSeconds(1.5), Of(new GuestTheoryAttribute { Timeout = 1500 }, _defaults).Timeout);
    }

    [Fact]
    public void TestsThatWantTheSameShareATemplateAndOthersDoNot()
    {
        var plain = Of(new GuestFactAttribute()).MachineKey;

        Assert.Equal(plain, Of(new GuestTheoryAttribute { TimeoutSeconds = 3, Isolation = GuestIsolation.Class }).MachineKey);
        GuestFactAttribute[] different =
        [
            new(), new() { Memory = "600M" }, new() { Cpus = 2 }, new() { Network = "user" }, new() { Network = "user:outbound" }, new() { Image = "minimal" }, new() { Image = "k" }, new() { User = "nobody" }, new() { Layers = ["sh"] }, new() { Layers = ["sh", "ls"] },
        ];
        Assert.Distinct(different.Select(attribute => Of(attribute).MachineKey));
        Assert.NotEqual(plain, Of(new GuestFactAttribute(), environment: new() { ["MAYFLY_TRANSPORT"] = "serial" }).MachineKey);
        Assert.NotEqual(plain, Of(new GuestFactAttribute(), environment: new() { ["MAYFLY_MAX_SANDBOXES"] = "1" }).MachineKey);
    }

    public static TheoryData<string, string> BadAttributes => new()
    {
        { nameof(GuestFactAttribute.TimeoutSeconds), "TimeoutSeconds is -1, but must be more than 0 and at most 86400." },
        { "too long", "TimeoutSeconds is 86401, but must be more than 0 and at most 86400." },
        { "no number", "TimeoutSeconds is NaN, but must be more than 0 and at most 86400." },
        { nameof(GuestFactAttribute.Isolation), "Isolation is 7, but must be Test or Class." },
        { nameof(GuestFactAttribute.Memory), "Memory is 'much', but must be a size such as 1G." },
        { nameof(GuestFactAttribute.Network), "Network is 'wifi', but must be none, user, user:outbound, tap or tap:BRIDGE." },
        { nameof(GuestFactAttribute.Image), "Image is empty, but must be stock, minimal or the path of a kernel." },
        { nameof(GuestFactAttribute.User), "User is empty, but must be a name or a number that the guest knows." },
        { nameof(GuestFactAttribute.Layers), "a layer is 'data:relative', but must be FOLDER:/in/the/guest, ARCHIVE:/in/the/guest or a program." },
        { "empty layer", "a layer is '', but must be FOLDER:/in/the/guest, ARCHIVE:/in/the/guest or a program." },
        { "layer from nowhere", "a layer is ':/data', but must be FOLDER:/in/the/guest, ARCHIVE:/in/the/guest or a program." },
    };

    [Theory]
    [MemberData(nameof(BadAttributes))]
    public void WhatMakesNoSenseIsSaid(string what, string message)
    {
        var test = new GuestFactAttribute();
        var all = new GuestDefaultsAttribute();
        switch (what)
        {
            case nameof(GuestFactAttribute.TimeoutSeconds): test.TimeoutSeconds = all.TimeoutSeconds = -1; break;
            case "too long": test.TimeoutSeconds = all.TimeoutSeconds = 86401; break;
            case "no number": test.TimeoutSeconds = all.TimeoutSeconds = double.NaN; break;
            case nameof(GuestFactAttribute.Isolation): test.Isolation = all.Isolation = (GuestIsolation)7; break;
            case nameof(GuestFactAttribute.Memory): test.Memory = all.Memory = "much"; break;
            case nameof(GuestFactAttribute.Network): test.Network = all.Network = "wifi"; break;
            case nameof(GuestFactAttribute.Image): test.Image = all.Image = ""; break;
            case nameof(GuestFactAttribute.User): test.User = all.User = " "; break;
            case nameof(GuestFactAttribute.Layers): test.Layers = all.Layers = ["data:relative"]; break;
            case "empty layer": test.Layers = all.Layers = [""]; break;
            case "layer from nowhere": test.Layers = all.Layers = [":/data"]; break;
            default: throw new ArgumentOutOfRangeException(nameof(what));
        }

        AssertUnusable(message, () => Of(test));
        AssertUnusable(message, () => Of(new GuestFactAttribute(), all));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("NaN")]
    [InlineData("1e9")]
    [InlineData("1,5")]
    public void ATimeoutOfTheEnvironmentThatMakesNoSenseIsSaid(string value)
    {
        var environment = new Dictionary<string, string> { ["MAYFLY_TEST_TIMEOUT"] = value };

        AssertUnusable($"the environment variable MAYFLY_TEST_TIMEOUT is '{value}', but must be a number of seconds, more than 0 and at most 86400.", () => Of(new GuestFactAttribute(), environment: environment));

        // Nobody asks it where somebody has said so.
        Assert.Equal(TimeSpan.FromSeconds(5), Of(new GuestFactAttribute { TimeoutSeconds = 5 }, environment: environment).Timeout);
    }

    private static void AssertUnusable(string message, Action act)
    {
        var exception = Assert.Throws<SandboxConfigurationException>(act);
        Assert.Equal((ErrorCode.InvalidOption, $"MAY1001: {message}"), (exception.Code, exception.Message));
    }

    internal static GuestTestSettings Of(IGuestTestOptions test, GuestDefaultsAttribute? all = null, Dictionary<string, string>? environment = null) =>
        GuestTestSettings.Of(new DefaultsAssembly(all), test, name => environment?.GetValueOrDefault(name));
}
