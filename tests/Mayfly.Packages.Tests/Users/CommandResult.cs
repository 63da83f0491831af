namespace Mayfly.Packages.Tests.Users;

/// <summary>How a command ended and what it printed.</summary>
internal sealed record CommandResult(string Command, int ExitCode, string Output)
{
    /// <summary>Insists on success.</summary>
    public CommandResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"{Command} ended with {ExitCode}:\n{Output}");
        return this;
    }

    /// <summary>Insists on a text in the output.</summary>
    public CommandResult Said(string text)
    {
        Assert.True(Output.Contains(text, StringComparison.Ordinal), $"{Command} did not say \"{text}\":\n{Output}");
        return this;
    }
}
