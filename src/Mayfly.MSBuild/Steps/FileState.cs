namespace Mayfly.MSBuild.Steps;

/// <summary>What tells a changed file from an unchanged one without reading it.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="LengthBytes">Its size; -1 where it is missing.</param>
/// <param name="ModifiedTicks">Its time stamp in ticks of UTC.</param>
internal sealed record FileState(string Path, long LengthBytes, long ModifiedTicks)
{
    /// <summary>The state of a file now.</summary>
    public static FileState Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileState(path, file.Length, file.LastWriteTimeUtc.Ticks) : new FileState(path, -1, 0);
    }
}
