using System.Globalization;
using System.IO.Enumeration;
using Mayfly.Images.Cache;
using Mayfly.Native;

namespace Mayfly.Layers;

/// <summary>
/// What is in a folder of the host's. Folders are looked into by descriptors below its own: who may write there can't have a
/// link followed by putting it in a folder's place.
/// </summary>
internal static class FolderList
{
    private static readonly EnumerationOptions _all = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    /// <summary>Lists it. No link below it is followed.</summary>
    /// <param name="folder">Its absolute path.</param>
    /// <param name="without">Names directly in it that are left out.</param>
    /// <exception cref="SandboxConfigurationException">MAY1018: it is not there, or has something that no layer can have.</exception>
    public static IReadOnlyList<HostEntry> Read(string folder, params ReadOnlySpan<string> without)
    {
        var source = $"the folder {folder}";
        if (FileIdentity.Of(folder) is not { IsFolder: true } identity)
        {
            throw LayerErrors.Unusable(source, Path.Exists(folder) ? "it is not a folder" : "there is no such folder");
        }

        try
        {
            using var root = DirectoryHandle.Open(folder);
            var reading = new Reading(source, root, [.. without]);
            reading.Add(new HostEntry("", LayerEntryKind.Folder, folder, identity));
            for (var next = 0; next < reading.Folders.Count; next++)
            {
                reading.ReadFolder(reading.Folders[next]);
            }

            return reading.Entries;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            throw LayerErrors.Unusable(source, $"it can't be read ({exception.Message})", exception);
        }
    }

    private sealed class Reading(string source, DirectoryHandle root, string[] without)
    {
        private readonly Dictionary<(uint Major, uint Minor, ulong Inode), string> _firstNames = [];
        private long _bytes;

        public List<HostEntry> Entries { get; } = [];

        public List<HostEntry> Folders { get; } = [];

        public void ReadFolder(HostEntry folder)
        {
            using var directory = Open(folder);
            var place = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}");
            if (FileIdentity.Of(place)?.IsSameFile(folder.Identity) != true)
            {
                throw new LayerChangedException(folder.HostPath);
            }

            // In order, so that the first name of a file that has several is always the same one.
            foreach (var name in Names(folder, place))
            {
                if (folder.Path.Length == 0 && without.Contains(name))
                {
                    continue;
                }

                var hostPath = Path.Combine(folder.HostPath, name);
                if (LayerTree.IsUndecodable(name))
                {
                    throw LayerErrors.Unusable(source, $"the name '{hostPath}' is not UTF-8");
                }

                var identity = FileIdentity.OfEntry($"{place}/{name}") ?? throw new LayerChangedException(hostPath);
                if (!identity.IsOfPrograms)
                {
                    Add(Describe(folder.Path.Length == 0 ? name : $"{folder.Path}/{name}", hostPath, $"{place}/{name}", identity));
                }
            }
        }

        private DirectoryHandle Open(HostEntry folder)
        {
            try
            {
                return root.OpenBeneath(folder.Path.Length == 0 ? "." : folder.Path);
            }
            catch (FileCallException exception) when (exception.IsUnsafePath || exception.Error == FileCallException.Absent)
            {
                throw new LayerChangedException(folder.HostPath);
            }
        }

        /// <summary>The names in a folder, no more than a layer may have.</summary>
        private List<string> Names(HostEntry folder, string place)
        {
            try
            {
                return [.. new FileSystemEnumerable<string>(place, static (ref FileSystemEntry entry) => entry.FileName.ToString(), _all).Take(LayerTree.MostEntries + 1).Order(StringComparer.Ordinal)];
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                throw LayerErrors.Unusable(source, $"it can't be read ({exception.Message.Replace(place, folder.HostPath, StringComparison.Ordinal)})", exception);
            }
        }

        public void Add(HostEntry entry)
        {
            Entries.Add(entry);
            if (entry.Kind == LayerEntryKind.Folder)
            {
                Folders.Add(entry);
            }

            _bytes += entry.Kind == LayerEntryKind.File ? entry.Identity!.Bytes : 0;
            LayerTree.CheckSize(source, Entries.Count, _bytes);
        }

        private HostEntry Describe(string path, string hostPath, string entry, FileIdentity identity)
        {
            if (identity.IsFolder)
            {
                return new HostEntry(path, LayerEntryKind.Folder, hostPath, identity);
            }

            if (identity.IsLink)
            {
                return new HostEntry(path, LayerEntryKind.Link, hostPath, identity, new FileInfo(entry).LinkTarget ?? throw new LayerChangedException(hostPath));
            }

            if (!identity.IsRegularFile)
            {
                throw LayerErrors.Unusable(source, $"'{path}' is a device, which no layer can have");
            }

            var inode = (identity.DeviceMajor, identity.DeviceMinor, identity.Inode);
            return identity.Links == 1 || _firstNames.TryAdd(inode, path)
                ? new HostEntry(path, LayerEntryKind.File, hostPath, identity)
                : new HostEntry(path, LayerEntryKind.OtherName, hostPath, identity, _firstNames[inode]);
        }
    }
}
