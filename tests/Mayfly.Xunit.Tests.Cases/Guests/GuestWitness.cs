using System.Collections.Concurrent;

namespace Mayfly.Xunit.Tests.Cases.Guests;

/// <summary>What the host's process has made of guest tests, which should be nothing.</summary>
public static class GuestWitness
{
    /// <summary>Names of the classes of which it has made one.</summary>
    public static ConcurrentQueue<string> Made { get; } = new();

    /// <summary>Says that one was made, where this is the host.</summary>
    public static void Saw(object made)
    {
        if (!GuestMachine.IsCurrent)
        {
            Made.Enqueue(made.GetType().Name);
        }
    }
}
