namespace Mayfly.Agent.Loop;

/// <summary>An action that is due once.</summary>
internal sealed class LoopTimer(Action action)
{
    public Action Action { get; } = action;
}
