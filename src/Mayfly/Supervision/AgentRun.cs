using System.ComponentModel;
using System.Diagnostics;

namespace Mayfly.Supervision;

/// <summary>One short run of the native agent in a role that answers in lines.</summary>
internal static class AgentRun
{
    /// <summary>Runs it to its end; never throws for what it does.</summary>
    /// <returns>What it said, and why it failed; null where it did not.</returns>
    public static async Task<(IReadOnlyList<string> Lines, string? Failure)> ReadLinesAsync(string agentPath, IReadOnlyList<string> arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(agentPath, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            return ([], $"{agentPath} can't be run: {exception.Message}");
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            try
            {
                await process.WaitForExitAsync().WaitAsync(limit).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                process.Kill();
                return ([], $"{agentPath} {arguments[0]} did not end within {limit.TotalSeconds:0} s");
            }

            var lines = (await output.ConfigureAwait(false)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            var words = (await errors.ConfigureAwait(false)).Trim();
            return (lines, process.ExitCode == 0 ? null : $"{agentPath} {arguments[0]} ended with code {process.ExitCode}: {words}");
        }
    }
}
