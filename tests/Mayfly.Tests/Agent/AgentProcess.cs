using System.Diagnostics;

namespace Mayfly.Tests.Agent;

/// <summary>Short runs of the built agent in one of its roles on the host.</summary>
internal static class AgentProcess
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);

    public static Process Start(params string[] arguments) => Process.Start(new ProcessStartInfo(WardenProcess.AgentPath, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs it to its end; the lines are those of its standard output.</summary>
    public static async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var text = await process.StandardOutput.ReadToEndAsync().WaitAsync(_deadline);
        await process.WaitForExitAsync().WaitAsync(_deadline);
        return (process.ExitCode, text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
