using Mayfly.Cli.Tests.Harness;

namespace Mayfly.Cli.Tests.Machines;

/// <summary>Interactive sessions on a real terminal, which script(1) provides.</summary>
[Collection(CommandCollection.Name)]
[Trait("Category", "MicroVM")]
public sealed class ShellTests(CommandHost host)
{
    private static string Command => $"'{MayflyProcess.Dotnet}' '{MayflyProcess.Program}' shell";

    [Fact]
    public async Task AShellHasAPromptAndPassesItsExitCode()
    {
        await using var terminal = Start(Command);
        await terminal.Output.UntilAsync("up in");
        await TypeAsync(terminal, "echo sum $((20 + 22)); test -t 0 && echo tty=yes\n");
        await terminal.Output.UntilAsync("sum 42");
        await terminal.Output.UntilAsync("tty=yes");
        await TypeAsync(terminal, "exit 7\n");

        (await terminal.EndAsync()).Expect(7);
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task ControlCIsTheGuestsBusiness()
    {
        await using var terminal = Start(Command);
        await terminal.Output.UntilAsync("up in");
        // The inner shell says it when it is in the foreground: before that, Ctrl-C would still be the outer one's.
        await TypeAsync(terminal, "sh -c 'echo be\"\"gun; exec sleep 600'\n");
        await terminal.Output.UntilAsync("begun");
        await TypeAsync(terminal, "\u0003");
        await TypeAsync(terminal, "echo code=$?\n");
        await terminal.Output.UntilAsync("code=130");
        await TypeAsync(terminal, "exit\n");

        await terminal.EndAsync();
        host.AssertNothingLeft();
    }

    [Fact]
    public async Task TheWindowsSizeIsPassedOnAndFollowed()
    {
        await using var terminal = Start($"tty; stty rows 33 cols 101; {Command}");
        await terminal.Output.UntilAsync("up in");
        await TypeAsync(terminal, "stty size; echo TERM is $TERM; trap 'echo resized' WINCH\n");
        await terminal.Output.UntilAsync("33 101");
        await terminal.Output.UntilAsync("TERM is vt-of-the-test");

        var device = terminal.Output.Text.Split('\n')[0].Trim();
        using (var resize = System.Diagnostics.Process.Start("stty", ["-F", device, "rows", "44", "cols", "122"]))
        {
            await resize.WaitForExitAsync().WithPatience();
        }

        await TypeAsync(terminal, "while ! stty size | grep 44.122; do sleep 1; done\n");
        await terminal.Output.UntilAsync("44 122");
        await TypeAsync(terminal, "exit 0\n");
        (await terminal.EndAsync()).Expect(0);
    }

    [Fact]
    public async Task TheTerminalIsAsBeforeAfterwards()
    {
        await using var terminal = Start($"stty -a > {Before}; {Command} -- sh -c 'stty raw; exit 3'; echo code=$?; stty -a | cmp - {Before} && echo same");
        await terminal.Output.UntilAsync("code=3");
        await terminal.Output.UntilAsync("same");

        await terminal.EndAsync();
        File.Delete(Before);
    }

    [Fact]
    public async Task AHangUpEndsSessionAndMachineAndRestoresTheTerminal()
    {
        await using var terminal = Start($"stty -a > {Before}; ({Command}; echo code=$?); stty -a | cmp - {Before} && echo same");
        await terminal.Output.UntilAsync("up in");
        await TypeAsync(terminal, "echo be''gun; sleep 600\n");
        await terminal.Output.UntilAsync("begun");
        Assert.Equal(0, Libc.Kill(CommandHost.ProcessIdOf(MayflyProcess.Program + "\0shell"), Libc.Terminate));
        await terminal.Output.UntilAsync("code=143");
        await terminal.Output.UntilAsync("same");

        await terminal.EndAsync();
        File.Delete(Before);
        host.AssertNothingLeft();
    }

    private string Before => Path.Combine(host.RuntimeDirectory, "stty");

    private MayflyProcess Start(string script) => MayflyProcess.StartProgram(
        host.RuntimeDirectory, "script", ["--quiet", "--return", "--command", script, "/dev/null"], start => start.Environment["TERM"] = "vt-of-the-test");

    private static async Task TypeAsync(MayflyProcess terminal, string text)
    {
        await terminal.Input.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
        await terminal.Input.FlushAsync();
    }
}
