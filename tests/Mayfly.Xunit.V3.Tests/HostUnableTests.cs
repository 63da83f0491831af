using System.Diagnostics;
using System.Runtime.InteropServices;
using Mayfly.Xunit.V3.Tests.Cases;

namespace Mayfly.Xunit.V3.Tests;

/// <summary>The cases as a program of their own, as every xUnit v3 project is one, on a host that has no QEMU in its PATH.</summary>
public sealed class HostUnableTests
{
    [Fact]
    public async Task TestsAreSkippedWithTheReason()
    {
        var (exitCode, output) = await RunAsync(required: "");

        Assert.Equal(3, output.Split("No sandbox can be had on this host: MAY1002").Length - 1);
        Assert.Contains("Total: 4, Errors: 0, Failed: 0, Skipped: 3, Not Run: 0", output, StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
    }

    [Fact]
    public async Task TestsFailWhereMachinesAreRequired()
    {
        var (exitCode, output) = await RunAsync(required: "1");

        Assert.Contains("SandboxConfigurationException : MAY1002", output, StringComparison.Ordinal);
        Assert.Contains("Total: 4, Errors: 0, Failed: 3, Skipped: 0, Not Run: 0", output, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string required)
    {
        using var process = Process.Start(new ProcessStartInfo
        {
            FileName = Path.GetFullPath("../../../dotnet", RuntimeEnvironment.GetRuntimeDirectory()),
            ArgumentList = { "exec", typeof(MixedCases).Assembly.Location, "-noColor", "-class", typeof(MixedCases).FullName!, "-class", typeof(SandboxCases).FullName! },
            Environment = { ["PATH"] = "", ["MAYFLY_REQUIRE"] = required },
            RedirectStandardOutput = true,
        })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output);
    }
}
