using System.CommandLine;
using System.Globalization;

namespace Mayfly.Cli.Options;

/// <summary>The options that say what the host keeps a machine within.</summary>
internal sealed class LimitOptions
{
    private readonly Option<string> _cpu = new("--cpu-limit")
    {
        Description = "Processor time of the host, in processors, such as 0.5",
        HelpName = "N",
    };

    private readonly Option<string> _hostMemory = new("--host-memory")
    {
        Description = "All memory of the host that the machine may use, its own needs included [default: its memory and 1.25G]",
        HelpName = "SIZE",
    };

    private readonly Option<string> _lifetime = new("--lifetime")
    {
        Description = "End the machine after this long whatever happens, even when mayfly itself is stopped",
        HelpName = "DURATION",
    };

    private readonly Option<string> _most = new("--max-sandboxes")
    {
        Description = "Wait while there are as many sandboxes of this user as this, one's own included",
        HelpName = "N",
    };

    private readonly Option<bool> _noWait = new("--no-wait")
    {
        Description = "Fail instead of waiting for --max-sandboxes",
    };

    /// <summary>Makes a command know these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_cpu);
        command.Add(_hostMemory);
        command.Add(_lifetime);
        command.Add(_most);
        command.Add(_noWait);
    }

    /// <summary>Reads them; ranges are the library's to check.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public SandboxLimits Read(ParseResult parsed) => new()
    {
        Cpu = parsed.GetValue(_cpu) is { } cpu ? ReadCpu(cpu) : null,
        HostMemory = parsed.GetValue(_hostMemory) is { } memory ? ReadMemory(memory) : null,
        Lifetime = parsed.GetValue(_lifetime) is { } lifetime ? DurationText.Parse("--lifetime", lifetime) : null,
        Sandboxes = parsed.GetValue(_most) is { } most ? ReadMost(most) : null,
        Admission = parsed.GetValue(_noWait) ? SandboxAdmission.Fail : SandboxAdmission.Wait,
    };

    private static double ReadCpu(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cpu)
            ? cpu
            : throw UsageError.Value("--cpu-limit", text, "a number of processors such as 0.5");

    private static ByteSize ReadMemory(string text) =>
        ByteSize.TryParse(text, out var size) ? size : throw UsageError.Value("--host-memory", text, "a size such as 2G; a plain number is bytes");

    private static int ReadMost(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            ? most
            : throw UsageError.Value("--max-sandboxes", text, "a whole number, at least 1");
}
