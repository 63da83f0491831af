using System.Diagnostics;
using Mayfly.Tests.Sandboxes;

namespace Mayfly.Tests.Diagnostics.Inventory;

/// <summary>A command of the host that must succeed.</summary>
internal static class HostCommand
{
    /// <summary>Runs it.</summary>
    /// <returns>What it has printed.</returns>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WithPatience();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {await error}");
        return (await output).Trim();
    }
}
