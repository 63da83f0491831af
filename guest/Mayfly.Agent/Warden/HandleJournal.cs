using System.Runtime.InteropServices;
using Mayfly.Agent.Native;
using Mayfly.Protocol.Supervision;

namespace Mayfly.Agent.Warden;

/// <summary>
/// The record of a sandbox's resources. A line is on disk before what it announces is done, and a half line at the end
/// therefore announces nothing.
/// </summary>
internal sealed class HandleJournal : IDisposable
{
    private const int OwnerOnly = 0b110_000_000;

    /// <summary>A sandbox of the most resources writes three lines for each.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    private readonly Descriptor _file;
    private readonly string _path;

    private HandleJournal(Descriptor file, string path) => (_file, _path) = (file, path);

    /// <exception cref="NativeException">It can't be opened.</exception>
    public static HandleJournal Open(SandboxPlace place)
    {
        var path = place.HandlesPath;
        var file = Libc.Open(path, Linux.O_WRONLY | Linux.O_CREAT | Linux.O_APPEND | LinuxX64.O_NOFOLLOW | Linux.O_CLOEXEC, OwnerOnly);
        return file.IsInvalid ? throw NativeException.Last($"opening {path}") : new HandleJournal(file, path);
    }

    /// <summary>What the record says exists or may exist, in the order of making; nothing where there is no record.</summary>
    public static IReadOnlyList<HandleLine> ReadLiving(SandboxPlace place) =>
        Files.TryReadOrdinary(place.HandlesPath, MaxBytes) is { } text ? HandleLine.ReadLiving(text) : [];

    /// <exception cref="NativeException">The disk is full, or the like; the resource must not be made then.</exception>
    public void Write(HandleLine line)
    {
        if (!Files.TryWrite(_file, line.Write()) || Libc.Synchronize(_file) != 0)
        {
            throw new NativeException($"writing {_path}", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Writes what does no harm when it is missing: that a resource is gone.</summary>
    public void TryWrite(HandleLine line) => Files.TryWrite(_file, line.Write());

    public void Dispose() => _file.Dispose();
}
