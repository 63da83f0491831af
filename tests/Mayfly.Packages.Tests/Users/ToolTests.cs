namespace Mayfly.Packages.Tests.Users;

[Collection(UserCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class ToolTests(UserFolder user)
{
    [Fact]
    public async Task TheToolRunsCommandsAndLooksAtTheHost()
    {
        user.Write("tool/.keep", "");
        (await user.DotNetAsync("tool", "tool", "install", "Mayfly.Cli", "--version", Repository.Version, "--tool-path", "bin")).Succeeded();
        var mayfly = user.PathOf("tool/bin/mayfly");

        (await user.RunAsync("tool", mayfly, "run", "--", "true")).Succeeded();
        Assert.Equal(3, (await user.RunAsync("tool", mayfly, "run", "--", "sh", "-c", "exit 3")).ExitCode);
        (await user.RunAsync("tool", mayfly, "doctor")).Succeeded().Said("agent");
        (await user.RunAsync("tool", mayfly, "version")).Succeeded().Said($"mayfly {Repository.Version}\n");
    }
}
