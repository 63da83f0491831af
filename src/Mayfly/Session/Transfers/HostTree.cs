using System.Security.Cryptography;
using Mayfly.Native;

namespace Mayfly.Session.Transfers;

/// <summary>
/// Where a pull's entries land: a directory of the host's below which nothing resolves through links. Files and links
/// are made under a name nobody can guess and take their place by renaming, so a place holds either what was there
/// before or the whole new file.
/// </summary>
internal sealed class HostTree : IDisposable
{
    private readonly string _path;
    private readonly DirectoryHandle _root;
    private DirectoryHandle? _parent;
    private string _parentName = EntryNames.Root;

    /// <summary>Opens the directory and makes it first if it is missing.</summary>
    /// <exception cref="SandboxTransferException">MAY3014: that can't be done.</exception>
    public HostTree(string path, bool useOpenAt2 = true)
    {
        _path = path;
        _root = OnHost(path, () =>
        {
            Directory.CreateDirectory(path);
            return DirectoryHandle.Open(path, useOpenAt2);
        });
    }

    /// <summary>Makes a directory or finds it there.</summary>
    public void MakeDirectory(string name)
    {
        var parent = OpenParent(name);
        OnHost(name, () =>
        {
            if (!parent.TryMakeDirectory(Path.GetFileName(name)))
            {
                using var existing = OpenBeneath(name);
            }

            return true;
        });
    }

    /// <summary>Makes a link, in place of a file or link of that name.</summary>
    public void MakeLink(string name, string target)
    {
        var parent = OpenParent(name);
        OnHost(name, () =>
        {
            var temporary = TemporaryName();
            parent.MakeLink(temporary, target);
            MoveIntoPlace(parent, temporary, Path.GetFileName(name));
            return true;
        });
    }

    /// <summary>Begins a file; it shows under its name only after <see cref="HostFile.Commit"/>.</summary>
    public HostFile CreateFile(string name)
    {
        var parent = OpenParent(name);
        return OnHost(name, () =>
        {
            var temporary = TemporaryName();
            return new HostFile(this, parent, parent.CreateFile(temporary), temporary, name);
        });
    }

    public void Dispose()
    {
        _parent?.Dispose();
        _root.Dispose();
    }

    /// <summary>Renames; removes the temporary where that fails.</summary>
    public static void MoveIntoPlace(DirectoryHandle parent, string temporary, string fileName)
    {
        try
        {
            parent.Rename(temporary, fileName);
        }
        catch (IOException)
        {
            parent.Remove(temporary);
            throw;
        }
    }

    /// <summary>Runs work on the host's files and turns its failures into the transfer's.</summary>
    public T OnHost<T>(string name, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TransferErrors.HostWrite(Path.Combine(_path, name), exception);
        }
    }

    private static string TemporaryName() => $".mayfly-{RandomNumberGenerator.GetHexString(16, lowercase: true)}.part";

    private DirectoryHandle OpenParent(string name)
    {
        var parentName = SeenEntries.ParentOf(name);
        if (parentName == EntryNames.Root)
        {
            return _root;
        }

        if (_parent is null || _parentName != parentName)
        {
            _parent?.Dispose();
            _parent = null;
            _parent = OpenBeneath(parentName);
            _parentName = parentName;
        }

        return _parent;
    }

    private DirectoryHandle OpenBeneath(string name)
    {
        try
        {
            return _root.OpenBeneath(name);
        }
        catch (FileCallException exception) when (exception.IsUnsafePath)
        {
            throw TransferErrors.Unsafe(name, $"on the host a link or a file stands where it needs a directory ({exception.Message})");
        }
        catch (FileCallException exception)
        {
            throw TransferErrors.HostWrite(Path.Combine(_path, name), exception);
        }
    }
}
