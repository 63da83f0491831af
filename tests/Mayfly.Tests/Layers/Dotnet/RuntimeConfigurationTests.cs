using Mayfly.Layers.Dotnet;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Layers.Dotnet;

public sealed class RuntimeConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{ "runtimeOptions": { "framework": { "name": "F", "version": "10.0.0" } } }""", "F 10.0.0 Minor")]
    [InlineData("""{ "runtimeOptions": { "rollForward": "latestMAJOR", "frameworks": [ { "name": "F", "version": "10.0.0-rc.1" }, { "name": "G", "version": "8.0.0", "rollForward": "Disable" } ] } }""", "F 10.0.0-rc.1 LatestMajor, G 8.0.0 Disable")]
    [InlineData("""/* built */ { "runtimeOptions": { "rollForwardOnNoCandidateFx": 2, "framework": { "name": "F", "version": "2.1.0" } } } // end""", "F 2.1.0 Major")]
    public void FrameworksAreNamedWithTheirPolicy(string json, string expected) =>
        Assert.Equal(expected, string.Join(", ", OfApplication(json).Select(reference => $"{reference.Name} {reference.Version} {reference.RollForward}")));

    [Theory]
    [InlineData("", "can't be understood")]
    [InlineData("[]", "can't be understood")]
    [InlineData("{ \"runtimeOptions\": 1 }", "can't be understood")]
    [InlineData("""{ "runtimeOptions": { "framework": { "name": "F" } } }""", "can't be understood")]
    [InlineData("""{ "runtimeOptions": { "frameworks": { } } }""", "can't be understood")]
    [InlineData("""{ "runtimeOptions": { "framework": { "name": "F", "version": "ten" } } }""", "'ten' is no version")]
    [InlineData("""{ "runtimeOptions": { "framework": { "name": "../F", "version": "10.0.0" } } }""", "'../F' is no framework's name")]
    [InlineData("""{ "runtimeOptions": { "rollForward": "2", "framework": { "name": "F", "version": "10.0.0" } } }""", "'2' is no rollForward")]
    [InlineData("""{ "runtimeOptions": { "includedFrameworks": [ { "name": "F", "version": "10.0.0" } ] } }""", "--self-contained false")]
    public void WhatMakesNoSenseIsRefusedWithTheFile(string json, string objection)
    {
        var exception = Assert.Throws<InvalidDataException>(() => OfApplication(json));

        Assert.Contains(objection, exception.Message, StringComparison.Ordinal);
        Assert.Contains(_folder["My.App.runtimeconfig.json"], exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereThereIsNoneItIsSaid()
    {
        var exception = Assert.Throws<InvalidDataException>(() => RuntimeConfiguration.OfApplication(_folder["My.App.dll"]));

        Assert.Contains($"there is no {_folder["My.App.runtimeconfig.json"]}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a/My.App.dll")]
    [InlineData("/a/My.App")]
    public void ItIsBesideTheApplication(string application) => Assert.Equal("/a/My.App.runtimeconfig.json", RuntimeConfiguration.PathOf(application));

    private IReadOnlyList<FrameworkReference> OfApplication(string json)
    {
        File.WriteAllText(_folder["My.App.runtimeconfig.json"], json);
        return RuntimeConfiguration.OfApplication(_folder["My.App.dll"]);
    }
}
