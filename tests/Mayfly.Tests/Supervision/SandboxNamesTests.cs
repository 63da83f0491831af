using Mayfly.Protocol.Supervision;
using Mayfly.Supervision;

namespace Mayfly.Tests.Supervision;

/// <summary>What a sandbox may be called, and that a name means one of them. Needs the native agent, which build/setup makes.</summary>
public sealed class SandboxNamesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mft-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("dev_1.Two-3")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void AWordIsAName(string name) => SandboxOptionsCheck.Validate(new SandboxOptions { Name = name });

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData(".a")]
    [InlineData("_a")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\nHost *")]
    [InlineData("*")]
    [InlineData("é")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void WhatOpenSshOrAShellWouldTakeApartIsNone(string name)
    {
        var error = Assert.Throws<SandboxConfigurationException>(() => SandboxOptionsCheck.Validate(new SandboxOptions { Name = name }));

        Assert.Equal("MAY1001", error.Code);
    }

    [Fact]
    public void WhatIsKeptNeedsAName() =>
        Assert.Contains("has no Name", Assert.Throws<SandboxConfigurationException>(() => SandboxOptionsCheck.Validate(new SandboxOptions { Kept = true })).Message, StringComparison.Ordinal);

    [Fact]
    public async Task ANameThatIsTakenIsAnErrorThatTellsWhoHasIt()
    {
        await using var first = await StartAsync("one", "dev");

        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => StartAsync("two", "dev"));

        Assert.Equal("MAY1022", error.Code);
        Assert.Contains($"one, of process {Environment.ProcessId} (", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_root, "two")));
        await first.DisposeAsync();
        await using var second = await StartAsync("two", "dev");
    }

    [Fact]
    public void ARecordTellsNameAndKeeperAndOneWithoutThemNeither()
    {
        var facts = new SandboxFacts { Id = "one", Created = DateTimeOffset.UnixEpoch };

        Assert.Equal(facts, SandboxFacts.TryRead(facts.Write()));
        Assert.Equal(facts with { Name = "dev", IsKept = true }, SandboxFacts.TryRead((facts with { Name = "dev", IsKept = true }).Write()));
    }

    private Task<Warden> StartAsync(string id, string name) =>
        WardenStarter.AdmitAsync(AgentBinary.Locate(), _root, id, "a test", new SandboxOptions { Name = name }, default);
}
