using Mayfly.Images.Packages;

namespace Mayfly.Tests.Images;

public sealed class DebianPackagesTests
{
    [Fact]
    public void AptsAnswersAreUnderstood()
    {
        var package = DebianPackages.ParseUri("busybox-static", "'http://mirror/b%2b.deb' busybox-static_1%3a1.35.deb 928188 SHA256:3d3f\n");

        Assert.Equal(new PackageVersion("busybox-static", "busybox-static_1%3a1.35.deb", "SHA256:3d3f", new ByteSize(928188)), package);
        Assert.Null(DebianPackages.ParseUri("x", "E: no\n"));
        Assert.Null(DebianPackages.ParseUri("x", ""));
        Assert.Equal(12.6863, DebianPackages.ParsePercent("dlstatus:2:12.6863:Retrieving file 2 of 2"));
        Assert.Null(DebianPackages.ParsePercent("Get:1 http://mirror"));
    }

    [Fact]
    public void EachPackageHasItsLineInAptsAnswer()
    {
        const string Answer = "'http://m/a' rsync_3.deb 5 SHA256:a\n'http://m/b' dropbear-bin_1.deb 6 SHA256:b\n";

        Assert.Equal("rsync_3.deb", DebianPackages.ParseUri("rsync", Answer)?.FileName);
        Assert.Equal("dropbear-bin_1.deb", DebianPackages.ParseUri("dropbear-bin", Answer)?.FileName);
        Assert.Null(DebianPackages.ParseUri("dropbear", Answer));
    }

    [Fact]
    public void LibrariesAreFollowedAndOtherPackagesAreNot()
    {
        const string Answer = """
            dropbear-bin
              Depends: libc6
              Depends: zlib1g
             |Depends: libone
              Depends: libother
            sftp-server
              Depends: openssh-client
              Depends: <libvirtual>
                libreal
                libsecond
              Recommends: libwanted
            openssh-client
              Depends: libfido2-1
            libc6
              PreDepends: libgcc-s1
            libgcc-s1
              Depends: gcc-12-base
              Depends: libc6
            zlib1g
              Depends: libc6
            <libvirtual>

            """;

        Assert.Equal(
            ["dropbear-bin", "sftp-server", "libc6", "zlib1g", "libone", "libreal", "libgcc-s1"],
            DebianLibraries.Add(["dropbear-bin", "sftp-server"], Answer));
    }

    [Theory]
    [InlineData("Package: meta\nDepends: linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)\n", "linux-image-6.1.0-56-cloud-amd64")]
    [InlineData("Depends: kmod, linux-image-6.12 | other\n", "linux-image-6.12")]
    [InlineData("Depends: kmod\n", null)]
    [InlineData("", null)]
    public void TheMetaPackageLeadsToTheConcreteOne(string control, string? name)
        => Assert.Equal(name, DebianPackages.ParseDependency("linux-image-", control));
}
