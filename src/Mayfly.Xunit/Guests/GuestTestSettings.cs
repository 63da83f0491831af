using System.Globalization;
using System.Reflection;
using Mayfly.Diagnostics;

namespace Mayfly.Xunit.Guests;

/// <summary>What the machine of a guest test is, after all who have a say in it.</summary>
/// <param name="Assembly">Path of the test assembly.</param>
/// <param name="Timeout">How long the test may take in its machine.</param>
/// <param name="Isolation">Which tests share a machine.</param>
/// <param name="User">Who the test is in the guest.</param>
/// <param name="Options">The machine, without the layers that every guest test has.</param>
internal sealed record GuestTestSettings(string Assembly, TimeSpan Timeout, GuestIsolation Isolation, string User, SandboxOptions Options)
{
    private const double LongestSeconds = 24 * 60 * 60;
    private const double DefaultSeconds = 120;
    private const string TimeoutVariable = "MAYFLY_TEST_TIMEOUT";

    /// <summary>What tells machines apart: tests with the same may have copies of one.</summary>
    public string MachineKey { get; private init; } = "";

    /// <summary>The settings of a test.</summary>
    /// <param name="assembly">Whose it is.</param>
    /// <param name="test">What its attribute says.</param>
    /// <param name="read">Reads the environment.</param>
    /// <exception cref="SandboxConfigurationException">Something that is said makes no sense (MAY1001).</exception>
    public static GuestTestSettings Of(Assembly assembly, IGuestTestOptions test, Func<string, string?> read)
    {
        var all = assembly.GetCustomAttribute<GuestDefaultsAttribute>() ?? new GuestDefaultsAttribute();
        var options = SandboxOptions.FromEnvironment(read);
        var folder = Path.GetDirectoryName(assembly.Location)!;
        var isolation = test.Isolation != GuestIsolation.Unspecified ? test.Isolation : all.Isolation;
        var user = test.User ?? all.User ?? "root";
        string[] layers = [.. test.Layers ?? [], .. all.Layers ?? []];
        options = WithKernel(options, test.Image ?? all.Image, folder) with
        {
            Memory = (test.Memory ?? all.Memory) is { } memory ? ParseMemory(memory) : options.Memory,
            Cpus = test.Cpus != 0 ? test.Cpus : all.Cpus != 0 ? all.Cpus : options.Cpus,
            Network = (test.Network ?? all.Network) is { } network ? ParseNetwork(network) : options.Network,
            Layers = [.. layers.Select(text => ParseLayer(text, folder))],
        };
        return new GuestTestSettings(
            assembly.Location,
            LimitOf(test.TimeoutSeconds != 0 ? test.TimeoutSeconds : all.TimeoutSeconds != 0 ? all.TimeoutSeconds : SecondsOf(read(TimeoutVariable))),
            isolation == GuestIsolation.Unspecified ? GuestIsolation.Test : isolation,
            user,
            options)
        {
            MachineKey = string.Join('\n', assembly.Location, user, options.Memory, options.Cpus, options.Network, options.Kernel, options.KernelPath, options.Acceleration, options.Transport, options.Cold, string.Join('\t', layers)),
        };
    }

    private static TimeSpan LimitOf(double seconds) => seconds > 0 && seconds <= LongestSeconds
        ? TimeSpan.FromSeconds(seconds)
        : throw Unusable(string.Create(CultureInfo.InvariantCulture, $"TimeoutSeconds is {seconds}, but must be more than 0 and at most {LongestSeconds}"));

    private static double SecondsOf(string? variable) => string.IsNullOrEmpty(variable)
        ? DefaultSeconds
        : double.TryParse(variable, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : throw Unusable($"the environment variable {TimeoutVariable} is '{variable}', but must be a number of seconds");

    private static SandboxOptions WithKernel(SandboxOptions options, string? image, string folder) => image?.ToUpperInvariant() switch
    {
        null => options,
        "STOCK" => options with { Kernel = SandboxKernel.Stock },
        "MINIMAL" => options with { Kernel = SandboxKernel.Minimal },
        _ => options with { KernelPath = Path.GetFullPath(image, folder) },
    };

    private static ByteSize ParseMemory(string text) =>
        ByteSize.TryParse(text, out var size) ? size : throw Unusable($"Memory is '{text}', but must be a size such as 1G");

    private static SandboxNetwork ParseNetwork(string text) =>
        SandboxNetwork.TryParse(text, out var network) ? network : throw Unusable($"Network is '{text}', but must be none, user, user:outbound, tap or tap:BRIDGE");

    private static SandboxLayer ParseLayer(string text, string folder)
    {
        if (text.Split(':') is [{ Length: > 0 } source, ['/', ..] guestPath])
        {
            var path = Path.GetFullPath(source, folder);
            return Directory.Exists(path) ? SandboxLayer.FromFolder(path, guestPath) : SandboxLayer.FromTar(path, guestPath);
        }

        return text.Length > 0 && !text.Contains(':', StringComparison.Ordinal)
            ? SandboxLayer.FromTool(text.Contains('/', StringComparison.Ordinal) ? Path.GetFullPath(text, folder) : text)
            : throw Unusable($"a layer is '{text}', but must be FOLDER:/in/the/guest, ARCHIVE:/in/the/guest or a program");
    }

    private static SandboxConfigurationException Unusable(string message) => new(ErrorCode.InvalidOption, message + ".");
}
