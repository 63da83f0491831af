using System.Runtime.InteropServices;

namespace Mayfly.MSBuild.Outputs;

/// <summary>
/// The file system that a folder is on and the mount through which it is seen: a rename from one folder to another works where both are the
/// same. Two mounts of one file system, such as two volumes of a container, are as far apart as two file systems.
/// </summary>
/// <param name="Major">Of the device.</param>
/// <param name="Minor">Of the device, which tells subvolumes apart too.</param>
/// <param name="Mount">The mount's number; 0 where the kernel is older than 5.8 and does not tell.</param>
internal readonly partial record struct FileSystemId(uint Major, uint Minor, ulong Mount)
{
    private const int AtCurrentDirectory = -100;
    private const uint StatxBasic = 0x7ff;
    private const uint StatxMount = 0x1000;

    /// <summary>Reads it; links are followed.</summary>
    /// <exception cref="IOException">There is no such folder.</exception>
    public static FileSystemId Of(string folder)
    {
        if (Statx(AtCurrentDirectory, folder, 0, StatxBasic | StatxMount, out var status) != 0)
        {
            throw new IOException($"'{folder}': {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
        }

        return new FileSystemId(status.DeviceMajor, status.DeviceMinor, (status.Mask & StatxMount) != 0 ? status.Mount : 0);
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, out StatxBuffer status);

    /// <summary>struct statx, the same on every architecture; only what is read is named.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(0)]
        public uint Mask;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;

        [FieldOffset(144)]
        public ulong Mount;
    }
}
