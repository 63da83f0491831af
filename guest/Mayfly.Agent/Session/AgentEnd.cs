using System.Diagnostics.CodeAnalysis;

namespace Mayfly.Agent.Session;

/// <summary>How this process ends once its conversation with the host has; callable from any thread.</summary>
internal abstract class AgentEnd
{
    /// <summary>The owner is gone, or has no more use for what runs here.</summary>
    [DoesNotReturn]
    public abstract void HostGone();

    /// <summary>Says why the agent can't go on, and ends it.</summary>
    [DoesNotReturn]
    public abstract void Fail(string reason);

    /// <summary>A thread whose failure is the agent's.</summary>
    public void StartThread(string name, int stackBytes, Action body)
    {
        var thread = new Thread(
            () =>
            {
                try
                {
                    body();
                }
#pragma warning disable CA1031 // Whatever it is, it must be said, and nothing may go on half-dead.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    Fail($"{name}: {exception}");
                }
            },
            stackBytes)
        {
            IsBackground = true,
            Name = name,
        };
        thread.Start();
    }
}
