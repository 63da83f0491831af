namespace Mayfly.MSBuild.Steps;

/// <summary>What became of a step, or of a step for one of its files.</summary>
/// <param name="Published">The files that are in place; null where it failed.</param>
/// <param name="Outcome">Of the command; null where it did not have to run.</param>
internal sealed record StepRun(IReadOnlyList<string>? Published, CommandOutcome? Outcome);
