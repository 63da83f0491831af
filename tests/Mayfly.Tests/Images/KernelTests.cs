using System.Buffers.Binary;
using Mayfly.Images;
using Mayfly.Images.Kernels;

namespace Mayfly.Tests.Images;

public sealed class KernelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string[]> Packers => new()
    {
        { "gzip", [] },
        { "/usr/bin/lz4", ["-l", "-c"] },
        { "/usr/bin/xz", ["--check=crc32", "-c"] },
        { "/usr/bin/zstd", ["-c"] },
    };

    [Theory]
    [MemberData(nameof(Packers))]
    public async Task ThePayloadIsCutExactlyAndUnpacked(string packer, string[] arguments)
    {
        var vmlinux = SyntheticElf.Kernel(bytes: 300_000);
        new Random(1).NextBytes(vmlinux.AsSpan(200));
        var image = packer == "gzip" ? SyntheticBzImage.Gzip(vmlinux) : SyntheticBzImage.Tool(vmlinux, packer, arguments);
        if (image is null)
        {
            return;
        }

        await File.WriteAllBytesAsync(_folder["vmlinuz"], image);
        await KernelDecompressor.DecompressAsync(_folder["vmlinuz"], _folder["vmlinux"], GuestArchitecture.X64, default);

        Assert.Equal(vmlinux, await File.ReadAllBytesAsync(_folder["vmlinux"]));
    }

    [Fact]
    public async Task AKernelThatIsNotWhatItsHeaderSaysIsRefused()
    {
        var whole = SyntheticBzImage.Gzip(SyntheticElf.Kernel());
        var foreign = SyntheticBzImage.Gzip(SyntheticElf.Kernel(machine: 183));
        var beyond = whole.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(beyond.AsSpan(0x24c), int.MaxValue);
        var flipped = whole.ToArray();
        flipped[2148 + 40] ^= 0x10;
        byte[][] broken = [[], "#!/bin/sh"u8.ToArray(), whole[..1000], beyond, flipped, foreign, SyntheticBzImage.Wrap(new byte[64])];
        for (var index = 0; index < broken.Length; index++)
        {
            var path = _folder[$"vmlinuz-{index}"];
            await File.WriteAllBytesAsync(path, broken[index]);

            var exception = await Assert.ThrowsAsync<SandboxImageException>(
                () => KernelDecompressor.DecompressAsync(path, $"{path}.out", GuestArchitecture.X64, default));

            Assert.Equal("MAY5003", exception.Code);
        }
    }

    [Fact]
    public void AVmlinuxAndABzImageOfTheUsersAreTaken()
    {
        File.WriteAllBytes(_folder["vmlinux"], SyntheticElf.Kernel());
        File.WriteAllBytes(_folder["bzImage"], SyntheticBzImage.Gzip(SyntheticElf.Kernel()));

        Assert.Equal((_folder["vmlinux"], KernelFormat.Elf), UserKernel.Check(_folder["vmlinux"], GuestArchitecture.X64));
        Assert.Equal((_folder["bzImage"], KernelFormat.BzImage), UserKernel.Check(_folder["bzImage"], GuestArchitecture.X64));
    }

    [Fact]
    public void EveryFileThatIsNoKernelIsNamedWithTheReason()
    {
        File.WriteAllBytes(_folder["empty"], []);
        File.WriteAllText(_folder["text"], "not a kernel");
        File.WriteAllBytes(_folder["arm"], SyntheticElf.Kernel(machine: 183));
        File.WriteAllBytes(_folder["program"], SyntheticElf.Kernel(address: 0x400000));

        Check("empty", "it is empty");
        Check("text", "neither a vmlinux (ELF) nor a bzImage");
        Check("arm", "for another machine");
        Check("program", "a program or library");
        Check("absent", "no such file");
        Check(".", "not a file");
        Check("/dev/zero", "not a file");

        void Check(string name, string why)
        {
            var exception = Assert.Throws<SandboxConfigurationException>(() => UserKernel.Check(_folder[name], GuestArchitecture.X64));
            Assert.Equal("MAY1005", exception.Code);
            Assert.Contains(why, exception.Message, StringComparison.Ordinal);
            Assert.Contains(Path.GetFullPath(_folder[name]), exception.Message, StringComparison.Ordinal);
        }
    }
}
