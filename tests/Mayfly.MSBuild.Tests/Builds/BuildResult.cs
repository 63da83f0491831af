namespace Mayfly.MSBuild.Tests.Builds;

/// <summary>How a build ended and what it printed.</summary>
internal sealed record BuildResult(int ExitCode, string Output)
{
    /// <summary>Machines that were started: each announces itself in the log, once.</summary>
    public int Machines => Output.Split('\n').Count(line => line.TrimStart().StartsWith("Mayfly: sandbox ", StringComparison.Ordinal) && line.Contains(" is up after ", StringComparison.Ordinal));

    /// <summary>Insists on success.</summary>
    public BuildResult Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }

    /// <summary>Insists on failure with a code.</summary>
    public BuildResult FailedWith(string code)
    {
        Assert.True(ExitCode != 0, Output);
        Assert.Contains($"error {code}: ", Output, StringComparison.Ordinal);
        return this;
    }

    /// <summary>Insists on a number of machines.</summary>
    public BuildResult Started(int machines)
    {
        Assert.True(Machines == machines, $"{Machines} machines instead of {machines}:\n{Output}");
        return this;
    }
}
