using System.ComponentModel;
using System.Diagnostics;
using Mayfly.Diagnostics;

namespace Mayfly.Supervision;

/// <summary>
/// Sees to it that a directory is gone when this object is disposed of or this process has ended, however that comes about:
/// a small native process waits for it.
/// </summary>
internal sealed class DirectoryKeeper : IAsyncDisposable
{
    /// <summary>More than its attempts take; what it leaves is cleared by the next user of the place.</summary>
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(10);

    private readonly Process _process;

    private DirectoryKeeper(Process process) => _process = process;

    /// <summary>Has a directory kept that does not exist yet.</summary>
    /// <exception cref="SandboxConfigurationException">The native agent is missing or can't be run (MAY1006).</exception>
    public static DirectoryKeeper Start(string directory)
    {
        var agent = AgentBinary.Locate();
        var start = new ProcessStartInfo(agent, ["keep", directory])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return new DirectoryKeeper(Process.Start(start)!);
        }
        catch (Win32Exception exception)
        {
            throw new SandboxConfigurationException(
                ErrorCode.AgentMissing, $"the native agent {agent} can't be run: {exception.Message}. Run build/setup to make it again.", exception);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(_limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
