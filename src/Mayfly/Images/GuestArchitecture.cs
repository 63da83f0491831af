using System.Runtime.InteropServices;
using Mayfly.Diagnostics;

namespace Mayfly.Images;

/// <summary>What differs between processor architectures in the making of an image, in one place.</summary>
/// <param name="Name">The name in cache keys and messages.</param>
/// <param name="DebianName">Debian's name for it.</param>
/// <param name="ElfMachine">The <c>e_machine</c> of its ELF files.</param>
internal sealed record GuestArchitecture(string Name, string DebianName, ushort ElfMachine)
{
    /// <summary>64-bit x86.</summary>
    public static GuestArchitecture X64 { get; } = new("x64", "amd64", 62);

    /// <summary>The architecture of this host, which is also its guests'.</summary>
    /// <exception cref="SandboxImageException">There is no image for it.</exception>
    public static GuestArchitecture OfThisHost() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => X64,
        var other => throw new SandboxImageException(
            ErrorCode.ImageBuildFailed,
            $"there is no guest image for {other} hosts; Mayfly runs on x64 so far"),
    };
}
