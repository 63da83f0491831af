using System.Text;

namespace Mayfly.Cli.Tests.Harness;

internal sealed record RunResult(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    /// <summary>The exit code, with everything that explains an unexpected one.</summary>
    public RunResult Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode} instead of {exitCode}\nstdout: {Output}\nstderr: {Error}");
        return this;
    }

    /// <summary>Asserts one message of Mayfly's own with the code, and nothing else but the line on the machine.</summary>
    public RunResult ExpectError(string code)
    {
        var messages = Error.Split('\n').Where(line => line.StartsWith("mayfly: MAY", StringComparison.Ordinal)).ToList();
        Assert.True(messages.Count == 1, $"not one error: {Error}");
        Assert.StartsWith($"mayfly: {code}: ", messages[0], StringComparison.Ordinal);
        return this;
    }
}
