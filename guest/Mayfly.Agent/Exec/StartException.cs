using Mayfly.Protocol;

namespace Mayfly.Agent.Exec;

/// <summary>A command can't be started, and why.</summary>
internal sealed class StartException(StartFailure failure, string message) : Exception(message)
{
    public StartFailure Failure { get; } = failure;
}
