using System.Runtime.InteropServices;

namespace Mayfly.Native;

/// <summary>Flags of open(2) on Linux. Two of them differ between processors.</summary>
internal static class OpenFlags
{
    public const int WriteOnly = 0x1;
    public const int ReadWrite = 0x2;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NonBlocking = 0x800;
    public const int CloseOnExec = 0x80000;

    /// <summary>A place in the file system to start from; neither readable nor writable.</summary>
    public const int PathOnly = 0x200000;

    /// <summary>Fails on everything but a directory.</summary>
    public static int Directory => IsArm ? 0x4000 : 0x10000;

    /// <summary>Fails where the last component is a symbolic link.</summary>
    public static int NoFollow => IsArm ? 0x8000 : 0x20000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;
}
