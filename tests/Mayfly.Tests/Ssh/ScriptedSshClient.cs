namespace Mayfly.Tests.Ssh;

/// <summary>Somebody else's client, which does what the test says.</summary>
internal sealed class ScriptedSshClient(Func<SshRequest, CancellationToken, Task<SshChannel>> start) : ISshClient
{
    public Task<SshChannel> StartAsync(SshRequest request, CancellationToken cancellationToken) => start(request, cancellationToken);
}
