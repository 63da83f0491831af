namespace Mayfly.Tests.Transports.Vsock.VhostUser.Fuzzing;

/// <summary>The device did with an input what it must never do.</summary>
internal sealed class FuzzFailureException(string message, Exception? inner = null) : Exception(message, inner)
{
    public static void ThrowUnless(bool holds, string rule)
    {
        if (!holds)
        {
            throw new FuzzFailureException($"it does not hold that {rule}");
        }
    }
}
