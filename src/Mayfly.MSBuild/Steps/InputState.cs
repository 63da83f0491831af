namespace Mayfly.MSBuild.Steps;

/// <summary>What an input was when its content was digested.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="LengthBytes">Its size.</param>
/// <param name="ModifiedTicks">Its time stamp in ticks of UTC; <see cref="Unsettled"/> where it was too young to go by.</param>
/// <param name="Sha256">Digest of its content, in lower-case hexadecimal.</param>
internal sealed record InputState(string Path, long LengthBytes, long ModifiedTicks, string Sha256)
{
    /// <summary>No file's time stamp.</summary>
    public const long Unsettled = -1;
}
