using Mayfly.Layers;
using Mayfly.Layers.Dotnet;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Layers.Dotnet;

public sealed class DotnetLibrariesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OfIcuTheHighestVersionIsTakenOfWhichBothLibrariesAreThere()
    {
        foreach (var name in (string[])["libicuuc.so", "libicuuc.so.998", "libicui18n.so.998", "libicuuc.so.1000", "libicui18n.so.1000", "libicuuc.so.1001", "libicuuc.so.1000.1"])
        {
            File.WriteAllBytes(_folder[name], []);
        }

        var found = DotnetLibraries.Find(new HostLibraries(null, [_folder.Path]));

        Assert.Equal(_folder["libicuuc.so.1000"], found["libicuuc.so.1000"]);
        Assert.Equal(["libicui18n.so.1000", "libicuuc.so.1000"], found.Keys.Where(name => name.StartsWith("libicu", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }
}
