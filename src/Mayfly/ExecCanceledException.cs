namespace Mayfly;

/// <summary>The caller cancelled a command; its tree in the guest was ended. Holds what was output until then.</summary>
public sealed class ExecCanceledException : OperationCanceledException
{
    internal ExecCanceledException(ExecResult result, CancellationToken cancellationToken)
        : base($"The command {result.Command} was cancelled.", cancellationToken)
    {
        Result = result;
    }

    /// <summary>The end and everything that was kept of the output.</summary>
    public ExecResult Result { get; }
}
