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
    private const string ArtifactsVariable = "MAYFLY_ARTIFACTS";
    private const string DebugVariable = "MAYFLY_DEBUG";

    /// <summary>The folder on the host for what comes back of tests; null for one beside the test project.</summary>
    public string? ArtifactsFolder { get; init; }

    /// <summary>Whether somebody wants to look inside; see <see cref="Machines.GuestDebugging"/>.</summary>
    public bool IsDebugged { get; init; }

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
        var isolation = IsolationOf(test.Isolation != GuestIsolation.Unspecified ? test.Isolation : all.Isolation);
        var user = test.User ?? all.User ?? "root";
        if (string.IsNullOrWhiteSpace(user))
        {
            throw Unusable("User is empty, but must be a name or a number that the guest knows");
        }

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
            test.TimeoutSeconds != 0 ? LimitOf(test.TimeoutSeconds) : all.TimeoutSeconds != 0 ? LimitOf(all.TimeoutSeconds) : LimitOf(read(TimeoutVariable)),
            isolation,
            user,
            options)
        {
            IsDebugged = read(DebugVariable) is not (null or "" or "0" or "false"),
            ArtifactsFolder = read(ArtifactsVariable) is { Length: > 0 } artifacts ? Path.GetFullPath(artifacts) : null,
            MachineKey = string.Join('\n', assembly.Location, user, options.Memory, options.Cpus, options.Network, options.Kernel, options.KernelPath, options.Acceleration, options.Transport, options.Cold, options.Limits, string.Join('\t', layers)),
        };
    }

    private static GuestIsolation IsolationOf(GuestIsolation isolation) => isolation switch
    {
        GuestIsolation.Unspecified => GuestIsolation.Test,
        GuestIsolation.Test or GuestIsolation.Class => isolation,
        _ => throw Unusable($"Isolation is {isolation}, but must be Test or Class"),
    };

    private static TimeSpan LimitOf(double seconds) => IsLimit(seconds)
        ? TimeSpan.FromSeconds(seconds)
        : throw Unusable(string.Create(CultureInfo.InvariantCulture, $"TimeoutSeconds is {seconds}, but must be more than 0 and at most {LongestSeconds}"));

    private static TimeSpan LimitOf(string? variable) => string.IsNullOrEmpty(variable)
        ? TimeSpan.FromSeconds(DefaultSeconds)
        : double.TryParse(variable, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && IsLimit(seconds)
            ? TimeSpan.FromSeconds(seconds)
            : throw Unusable($"the environment variable {TimeoutVariable} is '{variable}', but must be a number of seconds, more than 0 and at most {LongestSeconds}");

    private static bool IsLimit(double seconds) => seconds is > 0 and <= LongestSeconds;

    private static SandboxOptions WithKernel(SandboxOptions options, string? image, string folder) => image?.ToUpperInvariant() switch
    {
        null => options,
        "" => throw Unusable("Image is empty, but must be stock, minimal or the path of a kernel"),
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
