using Mayfly.Layers.Dotnet;

namespace Mayfly.Tests.Layers.Dotnet;

public sealed class FrameworkResolverTests
{
    private readonly Dictionary<string, FrameworkVersion[]> _installed = new()
    {
        ["Runtime"] = Versions("10.0.1", "10.0.5", "11.0.0"),
        ["Web"] = Versions("10.0.1", "10.0.5", "11.0.0"),
    };

    [Fact]
    public void AFrameworkBringsTheOneItRestsOn() => Assert.Equal(["Runtime 10.0.5", "Web 10.0.5"], Resolve(Reference("Web", "10.0.0")));

    [Fact]
    public void WhatAFrameworkNeedsRaisesWhatTheApplicationNames() =>
        Assert.Equal(["Runtime 11.0.0", "Web 11.0.0"], Resolve(Reference("Runtime", "10.0.0", RollForward.Major), Reference("Web", "11.0.0")));

    [Fact]
    public void WhatCanNotBeOneVersionIsRefused()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Resolve(Reference("Runtime", "10.0.0"), Reference("Web", "11.0.0")));

        Assert.Contains("Runtime both as 10.0.0 (rollForward Minor) and as 11.0.0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNotInstalledIsNamedWithWhatIs()
    {
        var missing = Assert.Throws<InvalidDataException>(() => Resolve(Reference("Absent", "1.0.0")));
        var old = Assert.Throws<InvalidDataException>(() => Resolve(Reference("Runtime", "12.0.0")));

        Assert.Contains("it needs Absent 1.0.0 (rollForward Minor), and none is installed; install the runtime", missing.Message, StringComparison.Ordinal);
        Assert.Contains("only 10.0.1, 10.0.5, 11.0.0 is installed", old.Message, StringComparison.Ordinal);
    }

    private static FrameworkVersion[] Versions(params string[] texts) => [.. texts.Select(text => FrameworkVersion.Parse(text)!)];

    private static FrameworkReference Reference(string name, string version, RollForward rollForward = RollForward.Minor) =>
        new(name, FrameworkVersion.Parse(version)!, rollForward);

    private IEnumerable<string> Resolve(params FrameworkReference[] references) =>
        new FrameworkResolver(
            name => _installed.GetValueOrDefault(name) ?? [],
            (name, version) => name == "Web" ? [new FrameworkReference("Runtime", version, RollForward.LatestPatch)] : [])
            .Resolve(references).Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal);
}
