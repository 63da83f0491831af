namespace Mayfly.Ssh;

/// <summary>A command that a running <c>ssh</c> has at the far end.</summary>
internal sealed class OpenSshChannel(SshProcess process, SshPlan plan, SshPublicKey? expected) : SshChannel
{
    /// <summary>What ssh exits with when it failed itself. A command's own 255 never gets here: it is in the agent's outcome.</summary>
    public const int OwnFailure = 255;

    public override Stream Input => process.Input;

    public override Stream Output => process.Output;

    public override string Words => process.Words;

    /// <summary>The key that ssh has accepted as the first one, and written down.</summary>
    public override Task<ReadOnlyMemory<byte>> ReadHostKeyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenRead(plan.KnownHostsPath);
            var key = KnownHostsFile.Read(file).Find(plan.Trust.Alias)
                ?? throw SshErrors.KnownHosts(plan.KnownHostsPath, "of this connection does not hold the key that OpenSSH has accepted");
            return Task.FromResult<ReadOnlyMemory<byte>>(key.Blob.ToArray());
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw SshErrors.KnownHosts(plan.KnownHostsPath, $"of this connection can't be read: {exception.Message}", exception);
        }
    }

    public override void Kill() => process.Kill();

    public override async Task<string?> ReadLossAsync() => await process.WaitForEndAsync().ConfigureAwait(false) == OwnFailure
        ? $"ssh lost the connection ({process.Words.Trim()})"
        : null;

    public override ValueTask DisposeAsync() => process.DisposeAsync();

    internal override Task<SandboxSshException> ExplainAsync(string chatter) =>
        Task.FromResult(SshDiagnosis.Explain(plan, expected, process.ExitCode, process.Words, chatter));
}
