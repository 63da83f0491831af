using Mayfly.MSBuild.Steps;
using Microsoft.Build.Framework;
using MSBuildTask = Microsoft.Build.Utilities.Task;

namespace Mayfly.MSBuild;

/// <summary>
/// Finds among a project's items those that wildcards of the SDK's have brought from what steps make, so that a guest adds nothing to a build
/// by leaving a file where such a wildcard looks. Items that the project itself names stay. Called by Mayfly.MSBuild.targets.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class FindOutputItems : MSBuildTask
{
    /// <summary>The items, all of one type.</summary>
    public ITaskItem[] Items { get; set; } = [];

    /// <summary>Their type, such as <c>Compile</c>.</summary>
    [Required]
    public string ItemType { get; set; } = "";

    /// <summary>The <c>SandboxStep</c> items.</summary>
    public ITaskItem[] Steps { get; set; } = [];

    /// <summary>The <c>SandboxStepOutput</c> items.</summary>
    public ITaskItem[] Outputs { get; set; } = [];

    /// <summary>What relative paths start from.</summary>
    [Required]
    public string ProjectDirectory { get; set; } = "";

    /// <summary>Folders of SDKs; blank ones are none.</summary>
    public string[] SdkDirectories { get; set; } = [];

    /// <summary>Those that are to go.</summary>
    [Output]
    public ITaskItem[] Found { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        var outputs = Steps.SelectMany(step => StepOutput.Of(step, Outputs, ProjectDirectory)).ToList();
        var sdks = SdkDirectories.Where(folder => folder.Length > 0).Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, ProjectDirectory)) + Path.DirectorySeparatorChar).ToList();
        var made = Items
            .Select(item => (Item: item, Path: Path.GetFullPath(item.ItemSpec, ProjectDirectory)))
            .Where(item => outputs.Any(output => output.KeepsOut(item.Path, ItemType)))
            .ToLookup(item => sdks.Any(sdk => item.Item.GetMetadata("DefiningProjectFullPath").StartsWith(sdk, StringComparison.Ordinal)));

        // An item is removed by its path, whoever has named it.
        var named = made[false].Select(item => item.Path).ToHashSet(StringComparer.Ordinal);
        Found = [.. made[true].Where(item => !named.Contains(item.Path)).Select(item => item.Item)];
        foreach (var item in Found)
        {
            Log.LogMessage(MessageImportance.Low, GuestText.Neutralise($"Mayfly: '{item.ItemSpec}' is what a step has made, and no {ItemType} item unless the project names it."));
        }

        return true;
    }
}
