using Mayfly.MSBuild.Settings;

namespace Mayfly.MSBuild.Machines;

/// <summary>A step that a session has seen in this build.</summary>
/// <param name="Name">For people.</param>
/// <param name="Key">Everything that makes what it leaves behind.</param>
/// <param name="Plan">How it is done again.</param>
internal sealed record SessionStep(string Name, string Key, CommandPlan Plan)
{
    /// <summary>Whether the machine has seen it; not, where it was up to date.</summary>
    public bool IsInMachine { get; set; }
}
