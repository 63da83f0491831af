namespace Mayfly;

/// <summary>
/// Who speaks SSH where a sandbox's session goes over it (<see cref="SandboxSsh.Client"/>). All it must do is run one command;
/// what Mayfly does in the guest goes through that command's standard streams.
/// </summary>
public interface ISshClient
{
    /// <summary>
    /// Connects, makes sure of the server's key, logs in and starts the command, without a terminal. May return before that
    /// is all done; then a failure is the end of <see cref="SshChannel.Output"/>, and <see cref="SshChannel.ReadLossAsync"/> tells it.
    /// </summary>
    /// <param name="request">What is to be done.</param>
    /// <param name="cancellationToken">Gives up; nothing of it is left then.</param>
    /// <exception cref="SandboxSshException">MAY2101 to MAY2108.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="SandboxConfigurationException">The client is not there, or a value can't be used.</exception>
    Task<SshChannel> StartAsync(SshRequest request, CancellationToken cancellationToken);
}
