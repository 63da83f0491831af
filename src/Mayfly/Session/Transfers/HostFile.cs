using Mayfly.Native;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Session.Transfers;

/// <summary>A file on its way onto the host, private until it is whole. Disposal before that removes it.</summary>
internal sealed class HostFile(HostTree tree, DirectoryHandle parent, SafeFileHandle file, string temporary, string name) : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private long _length;
    private bool _committed;

    public void Write(ReadOnlyMemory<byte> bytes) => tree.OnHost(name, () =>
    {
        RandomAccess.Write(file, bytes.Span, _length);
        return _length += bytes.Length;
    });

    /// <summary>Gives the file its mode (0644 or 0755, less the umask), its time and its name.</summary>
    public void Commit(bool executable, DateTimeOffset modified) => tree.OnHost(name, () =>
    {
        File.SetLastWriteTimeUtc(file, modified.UtcDateTime);
        File.SetUnixFileMode(file, (executable ? Executable : Readable) & ~ProcessUmask.Value);
        file.Dispose();
        parent.Rename(temporary, Path.GetFileName(name));
        return _committed = true;
    });

    public void Dispose()
    {
        file.Dispose();
        if (!_committed)
        {
            parent.Remove(temporary);
        }
    }
}
