using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>--push and --pull.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class RunCopyTests(CommandHost host) : IDisposable
{
    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("mayfly-copy-");

    public void Dispose() => _scratch.Delete(recursive: true);

    [Fact]
    public async Task ATreeGoesInAndComesOutChanged()
    {
        var input = Directory.CreateDirectory(Path.Combine(_scratch.FullName, "in:put", "sub")).Parent!.FullName;
        await File.WriteAllTextAsync(Path.Combine(input, "sub", "b.txt"), "b\na\n");
        await File.WriteAllTextAsync(Path.Combine(input, "run.sh"), "#!/bin/sh\nsort sub/b.txt > /out/sorted\nln -s sorted /out/link\n");
        File.SetUnixFileMode(Path.Combine(input, "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var output = Path.Combine(_scratch.FullName, "output");

        var result = await host.RunAsync(
            "run", "--push", $"{input}:/work", "--pull", $"/out:{output}", "--cwd", "/work", "--", "sh", "-c", "mkdir /out && ./run.sh");

        result.Expect(0);
        Assert.Equal("a\nb\n", await File.ReadAllTextAsync(Path.Combine(output, "sorted")));
        Assert.Equal("sorted", new FileInfo(Path.Combine(output, "link")).LinkTarget);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task APullAfterAFailureKeepsTheCommandsExitCode()
    {
        var log = Path.Combine(_scratch.FullName, "log");

        var result = await host.RunAsync("run", "--pull", $"/tmp/log:{log}", "--pull", $"/tmp/absent:{log}2", "--", "sh", "-c", "echo why > /tmp/log; exit 3");

        result.Expect(3);
        Assert.Equal("why\n", await File.ReadAllTextAsync(log));
    }

    [Fact]
    public async Task AnOutputThatASuccessDidNotLeaveIsAnError()
    {
        var result = await host.RunAsync("run", "--pull", $"/tmp/absent:{_scratch.FullName}/x", "--", "true");

        result.Expect(125).ExpectError("MAY3012");
        Assert.Contains("'/tmp/absent'", result.Error, StringComparison.Ordinal);
    }
}
