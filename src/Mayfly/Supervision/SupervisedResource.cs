namespace Mayfly.Supervision;

/// <summary>A kernel resource of a sandbox.</summary>
/// <param name="Kind">Its kind, such as <c>process</c> or <c>control-group</c>.</param>
/// <param name="Facts">What it is found by, such as <c>pid</c> or <c>name</c>.</param>
public sealed record SupervisedResource(string Kind, IReadOnlyDictionary<string, string> Facts);
