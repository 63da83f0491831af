using Mayfly.Cli.Reports;
using Mayfly.Diagnostics;

namespace Mayfly.Cli.Tests.Reports;

public sealed class InventoryFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mfc-");

    private string FilePath => Path.Combine(_directory.FullName, "picture.json");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void APictureWithEveryKindIsReadAsItWasWritten()
    {
        InventoryItem[] items = [.. Enum.GetValues<InventoryKind>().Select(kind => new InventoryItem(kind, $"of {kind}\n\"\u0001", "detail"))];

        InventoryFile.Write(FilePath, new SandboxInventory(items));

        Assert.Equal(items, InventoryFile.Read(FilePath).Items);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"items":[null]}""")]
    [InlineData("""{"items":[{"kind":"process"}]}""")]
    [InlineData("""{"items":[{"kind":"unheard of","name":"a","detail":"b"}]}""")]
    [InlineData("""{"items":[{"kind":"process","name":"a"}""")]
    public void WhatIsNoPictureIsAnErrorAndNotAnEmptyPicture(string content)
    {
        File.WriteAllText(FilePath, content);

        Assert.Equal("MAY1001", Assert.Throws<SandboxConfigurationException>(() => InventoryFile.Read(FilePath)).Code);
    }
}
