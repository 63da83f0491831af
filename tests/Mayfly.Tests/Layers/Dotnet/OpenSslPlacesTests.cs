using Mayfly.Layers.Dotnet;
using Mayfly.Tests.Images;

namespace Mayfly.Tests.Layers.Dotnet;

public sealed class OpenSslPlacesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheyAreWhatTheLibraryWasBuiltWith()
    {
        File.WriteAllText(_folder["libcrypto.so.3"], "\0OPENSSLDIR: \"/etc/tls\"\0x\0MODULESDIR: \"/usr/lib/modules\"\0");

        Assert.Equal(new OpenSslPlaces("/etc/tls", "/usr/lib/modules"), OpenSslPlaces.Read(_folder["libcrypto.so.3"]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0OPENSSLDIR: \"etc\"\0MODULESDIR: \"\"\0")]
    [InlineData("\0OPENSSLDIR: \"/etc\0MODULESDIR: ")]
    public void WhatDoesNotSayHasNone(string content)
    {
        File.WriteAllText(_folder["libcrypto.so.3"], content);

        Assert.Equal(new OpenSslPlaces(null, null), OpenSslPlaces.Read(_folder["libcrypto.so.3"]));
    }
}
