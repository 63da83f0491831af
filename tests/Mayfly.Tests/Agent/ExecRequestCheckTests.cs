using Mayfly.Agent.Exec;
using Mayfly.Agent.Messages;
using Mayfly.Protocol;

namespace Mayfly.Tests.Agent;

public sealed class ExecRequestCheckTests
{
    private static readonly ExecRequest _good = new() { Argv = ["true"] };

    public static TheoryData<string> Nonsense => [.. Requests.Keys];

    private static Dictionary<string, ExecRequest> Requests => new()
    {
        ["no program"] = _good with { Argv = [] },
        ["empty program"] = _good with { Argv = [""] },
        ["null argument"] = _good with { Argv = ["echo", null!] },
        ["NUL in an argument"] = _good with { Argv = ["echo", "a\0b"] },
        ["relative directory"] = _good with { WorkingDirectory = "tmp" },
        ["NUL in the directory"] = _good with { WorkingDirectory = "/a\0b" },
        ["variable without a name"] = _good with { Environment = new Dictionary<string, string> { [""] = "x" } },
        ["equals sign in a name"] = _good with { Environment = new Dictionary<string, string> { ["A=B"] = "x" } },
        ["null value"] = _good with { Environment = new Dictionary<string, string> { ["A"] = null! } },
        ["no time at all"] = _good with { TimeoutMs = 0 },
        ["negative grace"] = _good with { GraceMs = -1 },
        ["no memory"] = _good with { MemoryBytes = 0 },
        ["no processes"] = _good with { MaxProcesses = 0 },
        ["flat terminal"] = _good with { Terminal = new Mayfly.Protocol.TerminalSize(80, 0) },
        ["endless terminal"] = _good with { Terminal = new Mayfly.Protocol.TerminalSize(65536, 24) },
    };

    [Theory]
    [MemberData(nameof(Nonsense))]
    public void NonsenseIsRefused(string what) =>
        Assert.Throws<ProtocolException>(() => ExecRequestCheck.Check(Requests[what]));

    [Fact]
    public void ARequestWithoutAnEnvironmentIsFine() =>
        ExecRequestCheck.Check((ExecRequest)RequestReader.Read("""{"op":"exec","argv":["true"]}"""u8));

    [Theory]
    [InlineData("/bin/sh", "/bin:/usr/bin", new[] { "/bin/sh" })]
    [InlineData("./run", "/bin", new[] { "./run" })]
    [InlineData("sh", "/bin:/usr/bin", new[] { "/bin/sh", "/usr/bin/sh" })]
    [InlineData("sh", ":/bin", new[] { "./sh", "/bin/sh" })]
    public void ProgramsAreLookedUpInThePathUnlessTheyAreOne(string program, string path, string[] candidates) =>
        Assert.Equal(candidates, ProgramPath.Candidates(program, path));
}
