using System.Diagnostics;

namespace GuestTests;

/// <summary>Commands of the guest's own.</summary>
internal static class Shell
{
    /// <summary>Starts a command and goes on.</summary>
    public static Process Start(string command)
    {
        Native.OnlyInAGuest();
        return Process.Start("/bin/sh", ["-c", command]);
    }

    /// <summary>Runs a command to its end.</summary>
    /// <returns>Its exit code.</returns>
    public static async Task<int> RunAsync(string command)
    {
        using var process = Start(command);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
