using System.CommandLine;

namespace Mayfly.Cli.Options;

/// <summary>The option that says which kernel boots: one of Mayfly's, by its word, or one of the user's own, by its path.</summary>
internal sealed class KernelOption
{
    private readonly Option<string> _kernel = new("--kernel")
    {
        Description = "stock: Debian's cloud kernel; minimal: Mayfly's own, once 'mayfly image build --kernel minimal' has built it; or the path of a vmlinux or bzImage of your own",
        HelpName = "stock|minimal|PATH",
        DefaultValueFactory = _ => "stock",
    };

    /// <summary>Makes a command know this option.</summary>
    public void AddTo(Command command) => command.Add(_kernel);

    /// <summary>Reads it.</summary>
    public (SandboxKernel Kernel, string? Path) Read(ParseResult parsed) => Parse(parsed.GetRequiredValue(_kernel));

    /// <summary>The words are Mayfly's kernels, and a file of such a name is <c>./minimal</c>.</summary>
    internal static (SandboxKernel Kernel, string? Path) Parse(string text) =>
        TryParseWord(text) is { } kernel ? (kernel, null) : (SandboxKernel.Stock, text);

    /// <summary>The kernel that a word stands for; null where it is none.</summary>
    internal static SandboxKernel? TryParseWord(string text) => text switch
    {
        "stock" => SandboxKernel.Stock,
        "minimal" => SandboxKernel.Minimal,
        _ => null,
    };
}
