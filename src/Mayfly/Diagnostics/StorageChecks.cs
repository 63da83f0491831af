using Mayfly.Images.Cache;
using Mayfly.Images.Tools;
using Mayfly.Supervision;

namespace Mayfly.Diagnostics;

/// <summary>Where sandboxes and images are kept, and what images are made with.</summary>
internal static class StorageChecks
{
    /// <summary>Packages, what is unpacked from them, and room to make them anew beside the old ones.</summary>
    private static readonly ByteSize _cacheRoom = ByteSize.MiB(512);

    /// <summary>Whether sandboxes have a directory that nobody else can reach into.</summary>
    public static DoctorCheck RuntimeDirectory()
    {
        const string name = "runtime";
        try
        {
            return new DoctorCheck(name, DoctorState.Ok, $"{RuntimeRoot.Open()} is private");
        }
        catch (MayflyException exception)
        {
            return DoctorFailure.Of(name, exception);
        }
    }

    /// <summary>Whether the image cache is the user's own, can be written and has room.</summary>
    public static DoctorCheck Cache()
    {
        const string name = "cache";
        try
        {
            var cache = CacheDirectory.Open();
            Directory.Delete(cache.CreateTemporary());
            var free = new ByteSize(new DriveInfo(cache.Path).AvailableFreeSpace);
            var detail = $"{cache.Path} is writable, {free.Bytes / ByteSize.MiB(1).Bytes} MiB free";
            return free >= _cacheRoom
                ? new DoctorCheck(name, DoctorState.Ok, detail)
                : new DoctorCheck(name, DoctorState.Warning, $"{detail}: making an image takes up to {_cacheRoom}; free some space, or set MAYFLY_CACHE to a roomier folder");
        }
        catch (MayflyException exception)
        {
            return DoctorFailure.Of(name, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new DoctorCheck(name, DoctorState.Failed, exception.Message);
        }
    }

    /// <summary>Whether an image or a layer can be made anew; one that is in the cache needs none of these.</summary>
    public static DoctorCheck Tools()
    {
        const string name = "tools";
        Tool[] tools = [Tool.AptGet, Tool.AptCache, Tool.DpkgDeb, Tool.Lz4, Tool.MakeErofs];
        var missing = tools.Where(tool => !tool.TryLocate(out _)).ToList();
        return missing.Count == 0
            ? new DoctorCheck(name, DoctorState.Ok, $"{string.Join(", ", tools.Select(tool => tool.Program))} are there")
            : new DoctorCheck(
                name,
                DoctorState.Warning,
                $"{string.Join(", ", missing.Select(tool => tool.Program))} missing, which making a new guest image or a layer needs",
                Tool.InstallCommand(missing));
    }
}
