namespace Mayfly.Images.Libraries;

/// <summary>What a program or shared library asks of the loader.</summary>
/// <param name="Interpreter">The path of the loader that the kernel starts; null for a library and for a static program.</param>
/// <param name="Needed">The names of the libraries it can't be loaded without (DT_NEEDED), in their order.</param>
internal sealed record DynamicInfo(string? Interpreter, IReadOnlyList<string> Needed)
{
    /// <summary>Where it has the loader look first (DT_RUNPATH, else DT_RPATH), in their order and as written there.</summary>
    public IReadOnlyList<string> SearchPaths { get; init; } = [];
}
