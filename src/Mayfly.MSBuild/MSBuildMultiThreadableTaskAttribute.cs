namespace Microsoft.Build.Framework;

/// <summary>
/// Tells MSBuild's multi-threaded mode (-mt) that a task needs no process of its own: it depends on no current
/// directory and no environment variables. MSBuild knows the attribute by its name, so that tasks compiled against an
/// older MSBuild, which lacks it, can carry it too. It is not inherited.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
internal sealed class MSBuildMultiThreadableTaskAttribute : Attribute;
