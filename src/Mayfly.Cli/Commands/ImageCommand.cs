using System.CommandLine;
using System.Text;
using Mayfly.Cli.Options;
using Mayfly.Cli.Output;
using Mayfly.Cli.Signals;
using Mayfly.Cli.Terminal;

namespace Mayfly.Cli.Commands;

/// <summary><c>mayfly image build</c>: makes what sandboxes boot, ahead of the first start.</summary>
internal static class ImageCommand
{
    /// <summary>The command with what it does.</summary>
    public static Command Create()
    {
        var kernel = new Option<string>("--kernel")
        {
            Description = "stock: Debian's cloud kernel, downloaded; minimal: Mayfly's own, compiled here from Debian's sources in about ten minutes",
            HelpName = "stock|minimal",
            DefaultValueFactory = _ => "stock",
        };
        var build = new Command("build", "Makes kernel and initramfs where the cache does not have them, and prints where they are") { kernel };
        build.SetAction((parsed, _) => BuildAsync(parsed.GetRequiredValue(kernel)));
        return new Command("image", "What sandboxes boot") { build };
    }

    private static async Task<int> BuildAsync(string word)
    {
        var kernel = KernelOption.TryParseWord(word) ?? throw UsageError.Value("--kernel", word, "stock or minimal");
        using var signals = new HostSignals();
        using var display = ProgressDisplays.ForStandardError();
        try
        {
            var image = await SandboxImage.BuildAsync(new SandboxOptions { Kernel = kernel, Progress = display }, signals.Aborted).ConfigureAwait(false);
            display.Clear();
            var text = $"kernel {image.KernelPath} (Linux {image.KernelRelease}{(image.WasBuilt ? ", built now" : "")})\ninitramfs {image.InitramfsPath}\n";
            DescriptorStream.StandardOutput.TryWrite(Encoding.UTF8.GetBytes(text));
            return ExitCodes.Success;
        }
        catch (Exception) when (signals.AbortedBy is { } signal)
        {
            return ExitCodes.OfSignal(signal);
        }
    }
}
