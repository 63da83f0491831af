namespace Mayfly.Images.Modules;

/// <summary>What a kernel module says of itself.</summary>
/// <param name="Depends">Names of the modules it needs loaded before it.</param>
/// <param name="Aliases">Patterns by which the kernel asks for it, such as <c>fs-erofs</c>.</param>
internal sealed record ModuleInfo(IReadOnlyList<string> Depends, IReadOnlyList<string> Aliases);
