using System.Text;
using Mayfly.Supervision;

namespace Mayfly.Ssh;

/// <summary>The system's OpenSSH.</summary>
/// <param name="program">The program.</param>
/// <param name="plan">What is tried, for its errors.</param>
/// <param name="expected">The key the server must have; null where the first one is taken.</param>
/// <param name="time">The clock.</param>
internal sealed class OpenSshClient(SshProgram program, SshPlan plan, SshPublicKey? expected, TimeProvider time) : ISshClient
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <inheritdoc/>
    public Task<SshChannel> StartAsync(SshRequest request, CancellationToken cancellationToken)
    {
        var agentPath = AgentBinary.Locate();
        var arguments = Arguments(plan, expected, agentPath);
        WriteKnownHosts(plan.KnownHostsPath, plan.Trust.Alias, expected);
        return Task.FromResult<SshChannel>(new OpenSshChannel(SshProcess.Start(program, agentPath, arguments, time), plan, expected));
    }

    /// <summary>The command line of <c>ssh</c>.</summary>
    public static string[] Arguments(SshPlan plan, SshPublicKey? expected, string agentPath)
    {
        var options = SshOptions
            .Connection(plan.Endpoint, plan.User, plan.IdentityPath, plan.Trust.Alias, plan.KnownHostsPath, expected, agentPath)
            .Concat(SshOptions.OneCommand())
            .SelectMany(option => (string[])["-o", $"{option.Name}={option.Value}"]);
        return ["-F", "none", "-T", .. options, "--", plan.Trust.Alias, plan.Bootstrap.Command];
    }

    /// <summary>Writes a file of its own with the server's one key, or without any.</summary>
    /// <exception cref="SandboxSshException">It can't be written (MAY2106).</exception>
    public static void WriteKnownHosts(string path, string alias, SshPublicKey? key)
    {
        try
        {
            File.Delete(path);
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private });
            file.Write(Encoding.ASCII.GetBytes(key is null ? "" : KnownHostsFile.Line(alias, key)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw SshErrors.KnownHosts(path, $"of this connection can't be written: {exception.Message}", exception);
        }
    }
}
