namespace Mayfly.Hypervisors;

/// <summary>One attempt to boot; whoever makes it notes here how far it has come.</summary>
/// <param name="number">1 for the first.</param>
internal sealed class BootAttempt(int number)
{
    /// <summary>1 for the first.</summary>
    public int Number { get; } = number;

    /// <summary>What is being waited for, such as <c>the agent's first word</c>.</summary>
    public string Phase { get; set; } = "the hypervisor";

    /// <summary>The machine's console, once there is one.</summary>
    public ConsoleLog? Console { get; set; }
}
