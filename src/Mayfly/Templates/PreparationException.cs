using System.Runtime.ExceptionServices;

namespace Mayfly.Templates;

/// <summary>Carries what a user's preparation has thrown past those who explain failures of Mayfly's own.</summary>
/// <param name="cause">What it has thrown.</param>
#pragma warning disable CA1032 // It never leaves the library, and has always a cause.
#pragma warning disable CA1064
internal sealed class PreparationException(Exception cause) : Exception(cause.Message, cause)
#pragma warning restore CA1064
#pragma warning restore CA1032
{
    private readonly ExceptionDispatchInfo _cause = ExceptionDispatchInfo.Capture(cause);

    /// <summary>Throws it as it was.</summary>
    public void ThrowCause() => _cause.Throw();
}
