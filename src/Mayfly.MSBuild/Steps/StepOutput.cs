using Microsoft.Build.Framework;

namespace Mayfly.MSBuild.Steps;

/// <summary>What a step declares as an output, as far as it matters to the project's own items.</summary>
/// <param name="Path">Absolute; of a folder with a trailing slash.</param>
/// <param name="Compile">What the step says of compilation.</param>
/// <param name="IsInTime">Whether the step stands before the compiler.</param>
internal sealed record StepOutput(string Path, bool? Compile, bool IsInTime)
{
    private const string CompileType = "Compile";
    private const string ResourceType = "EmbeddedResource";
    private const string SourceExtension = ".cs";

    /// <summary>Those of a step. One that holds placeholders counts as the folder that the text before them names, or, in the project's own, not.</summary>
    /// <param name="step">The item.</param>
    /// <param name="items">Outputs that are items of their own, of all steps.</param>
    /// <param name="projectDirectory">What relative paths start from.</param>
    public static IEnumerable<StepOutput> Of(ITaskItem step, IEnumerable<ITaskItem> items, string projectDirectory)
    {
        var compile = bool.TryParse(step.GetMetadata(StepMetadata.Compile), out var flag) ? flag : (bool?)null;
        var isInTime = step.GetMetadata(StepMetadata.BeforeTargets) is { Length: > 0 } before && !before.Equals("PrepareForPublish", StringComparison.OrdinalIgnoreCase);
        var isForEach = step.GetMetadata(nameof(RunSandboxStep.ForEach)).Length > 0;
        return step.GetMetadata(nameof(SandboxTask.Outputs)).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Concat(items.Where(item => item.GetMetadata(StepMetadata.Step).Equals(step.ItemSpec, StringComparison.OrdinalIgnoreCase)).Select(item => item.ItemSpec))
            .Select(spec => spec.Replace('\\', '/'))
            .Select(spec => isForEach && spec.Contains('{', StringComparison.Ordinal) ? Head(spec) : spec)
            .Where(spec => spec.Length > 0)
            .Select(spec => new StepOutput(System.IO.Path.GetFullPath(spec, projectDirectory), compile, isInTime));
    }

    /// <summary>Whether an item of that type is not to be one just because a wildcard finds it.</summary>
    public bool KeepsOut(string path, string itemType)
    {
        var isInFolder = System.IO.Path.EndsInDirectorySeparator(Path) && path.StartsWith(Path, StringComparison.Ordinal);
        return itemType switch
        {
            CompileType => (isInFolder && !Compiles(path)) || (path == Path && Compile == false),
            ResourceType => isInFolder || (path == Path && Compile == false),
            _ => isInFolder,
        };
    }

    private bool Compiles(string path) => IsInTime && (Compile ?? path.EndsWith(SourceExtension, StringComparison.OrdinalIgnoreCase));

    private static string Head(string spec) => spec[..(spec.LastIndexOf('/', spec.IndexOf('{', StringComparison.Ordinal)) + 1)];
}
