using Mayfly.Layers;

namespace Mayfly.Tests.Layers;

public sealed class LayerContentTests : IDisposable
{
    private readonly DirectoryInfo _host = Directory.CreateTempSubdirectory("mayfly-test-");

    [Fact]
    public async Task WhatChangesInOneLayerIsAnotherContentOfThatOneAlone()
    {
        var file = Path.Combine(_host.FullName, "file");
        await File.WriteAllTextAsync(file, "1");
        var first = await FindAsync();

        await File.WriteAllTextAsync(file, "2");
        var changed = await FindAsync();

        Assert.Equal(first[1], changed[1]);
        Assert.NotEqual(first[0], changed[0]);
    }

    [Fact]
    public async Task WhatIsNotThereIsAnError()
    {
        _host.Delete();

        Assert.Equal("MAY1018", (await Assert.ThrowsAsync<SandboxConfigurationException>(FindAsync)).Code);
        _host.Create();
    }

    public void Dispose() => _host.Delete(recursive: true);

    private Task<IReadOnlyList<string>> FindAsync() => LayerStore.FindContentsAsync(
        new SandboxOptions { Layers = [SandboxLayer.FromFolder(_host.FullName, "/a"), SandboxLayer.FromTool("sh")] }, default);
}
