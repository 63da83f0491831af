using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mayfly.Native;

/// <summary>
/// An open directory that things are made in by name. Below it, no path resolves through a symbolic link or to
/// anywhere outside, whatever happens to the directories meanwhile.
/// </summary>
internal sealed class DirectoryHandle : SafeHandleMinusOneIsInvalid
{
    private const uint DirectoryMode = 0x1ff;
    private const uint PrivateFileMode = 0x180;

    private readonly string _path;
    private readonly bool _hasOpenAt2;

    private DirectoryHandle(nint descriptor, string path, bool hasOpenAt2)
        : base(ownsHandle: true)
    {
        _path = path;
        _hasOpenAt2 = hasOpenAt2;
        SetHandle(descriptor);
    }

    private static int Flags => OpenFlags.PathOnly | OpenFlags.Directory | OpenFlags.CloseOnExec;

    /// <summary>Opens a directory of the host's; links in its own path are followed.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="useOpenAt2">False to do without openat2, as on kernels before 5.6.</param>
    public static DirectoryHandle Open(string path, bool useOpenAt2 = true)
    {
        var descriptor = FileCalls.OpenAt(FileCalls.CurrentDirectory, path, Flags, 0);
        return descriptor >= 0
            ? new DirectoryHandle(descriptor, path, useOpenAt2)
            : throw FileCallException.FromLastError(path);
    }

    /// <summary>Opens the directory at a relative path of plain components; <c>.</c> is this directory once more.</summary>
    public DirectoryHandle OpenBeneath(string relativePath)
    {
        if (_hasOpenAt2)
        {
            var how = new OpenHow((ulong)Flags, OpenHow.BeneathWithoutLinks);
            var descriptor = FileCalls.OpenAt2(FileCalls.OpenAt2Number, this, relativePath, in how, (nuint)Marshal.SizeOf<OpenHow>());
            if (descriptor >= 0)
            {
                return Adopt(descriptor, relativePath);
            }

            if (Marshal.GetLastPInvokeError() is not (FileCallException.NotImplemented or FileCallException.NotPermitted))
            {
                throw FileCallException.FromLastError(relativePath);
            }
        }

        return OpenStepwise(relativePath);
    }

    /// <summary>Makes a directory, mode 0777 less the umask; false where something has the name already.</summary>
    public bool TryMakeDirectory(string name)
    {
        if (FileCalls.MakeDirectoryAt(this, name, DirectoryMode) == 0)
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() == FileCallException.Exists ? false : throw FileCallException.FromLastError(name);
    }

    /// <summary>Makes a file that did not exist, mode 0600, and opens it for writing.</summary>
    public SafeFileHandle CreateFile(string name)
    {
        var flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow | OpenFlags.CloseOnExec;
        var descriptor = FileCalls.OpenAt(this, name, flags, PrivateFileMode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw FileCallException.FromLastError(name);
    }

    /// <summary>Makes a symbolic link that did not exist.</summary>
    public void MakeLink(string name, string target) => Check(FileCalls.MakeLinkAt(target, this, name), name);

    /// <summary>Renames within this directory; what had the new name is replaced unless it is a directory.</summary>
    public void Rename(string oldName, string newName) => Check(FileCalls.RenameAt(this, oldName, this, newName), newName);

    /// <summary>Removes a file or link if it is there.</summary>
    public void Remove(string name) => _ = FileCalls.RemoveAt(this, name, 0);

    protected override bool ReleaseHandle() => FileCalls.Close(handle) == 0;

    private DirectoryHandle OpenStepwise(string relativePath)
    {
        var current = this;
        foreach (var component in relativePath.Split('/'))
        {
            var descriptor = component == ".." ? -1 : FileCalls.OpenAt(current, component, Flags | OpenFlags.NoFollow, 0);
            var error = component == ".." ? FileCallException.CrossesRoot : Marshal.GetLastPInvokeError();
            if (current != this)
            {
                current.Dispose();
            }

            current = descriptor >= 0 ? Adopt(descriptor, component) : throw new FileCallException(relativePath, error);
        }

        return current;
    }

    private DirectoryHandle Adopt(nint descriptor, string relativePath) =>
        new(descriptor, Path.Combine(_path, relativePath), _hasOpenAt2);

    private static void Check(int result, string name)
    {
        if (result != 0)
        {
            throw FileCallException.FromLastError(name);
        }
    }
}
