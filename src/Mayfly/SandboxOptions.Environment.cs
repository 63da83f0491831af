using System.Globalization;
using Mayfly.Diagnostics;

namespace Mayfly;

public sealed partial record SandboxOptions
{
    /// <summary>
    /// The defaults, as far as the environment does not say otherwise: <c>MAYFLY_ACCEL</c> (<c>auto</c>, <c>kvm</c>,
    /// <c>tcg</c>), <c>MAYFLY_TRANSPORT</c> (<c>auto</c>, <c>vsock</c>, <c>kernel-vsock</c>, <c>serial</c>,
    /// <c>ssh</c>),
    /// <c>MAYFLY_KERNEL</c> (<c>stock</c>, <c>minimal</c>),
    /// <c>MAYFLY_NETWORK</c> (what <see cref="SandboxNetwork.TryParse"/> reads, such as <c>user</c>), <c>MAYFLY_MEMORY</c>
    /// (such as <c>512M</c>), <c>MAYFLY_COLD</c> (<c>1</c> or <c>0</c>; see <see cref="Cold"/>) and
    /// <c>MAYFLY_MAX_SANDBOXES</c> (see <see cref="SandboxLimits.Sandboxes"/>).
    /// </summary>
    /// <param name="read">Reads a variable; null for the process's own environment.</param>
    /// <exception cref="SandboxConfigurationException">A variable holds something else (MAY1001).</exception>
    public static SandboxOptions FromEnvironment(Func<string, string?>? read = null)
    {
        read ??= Environment.GetEnvironmentVariable;
        var options = new SandboxOptions();

        if (read("MAYFLY_ACCEL") is { Length: > 0 } acceleration)
        {
            options = options with
            {
                Acceleration = acceleration.ToUpperInvariant() switch
                {
                    "AUTO" => Acceleration.Auto,
                    "KVM" => Acceleration.Kvm,
                    "TCG" => Acceleration.Tcg,
                    _ => throw Misread("MAYFLY_ACCEL", acceleration, "auto, kvm or tcg"),
                },
            };
        }

        if (read("MAYFLY_TRANSPORT") is { Length: > 0 } transport)
        {
            options = options with
            {
                Transport = transport.ToUpperInvariant() switch
                {
                    "AUTO" => SandboxTransport.Auto,
                    "VSOCK" => SandboxTransport.Vsock,
                    "KERNEL-VSOCK" => SandboxTransport.KernelVsock,
                    "SERIAL" => SandboxTransport.Serial,
                    "SSH" => SandboxTransport.Ssh,
                    _ => throw Misread("MAYFLY_TRANSPORT", transport, "auto, vsock, kernel-vsock, serial or ssh"),
                },
            };
        }

        if (read("MAYFLY_KERNEL") is { Length: > 0 } kernel)
        {
            options = options with
            {
                Kernel = kernel.ToUpperInvariant() switch
                {
                    "STOCK" => SandboxKernel.Stock,
                    "MINIMAL" => SandboxKernel.Minimal,
                    _ => throw Misread("MAYFLY_KERNEL", kernel, "stock or minimal"),
                },
            };
        }

        if (read("MAYFLY_NETWORK") is { Length: > 0 } network)
        {
            options = options with
            {
                Network = SandboxNetwork.TryParse(network, out var parsed)
                    ? parsed
                    : throw Misread("MAYFLY_NETWORK", network, "none, user, user:outbound, tap or tap:BRIDGE"),
            };
        }

        if (read("MAYFLY_MEMORY") is { Length: > 0 } memory)
        {
            options = options with
            {
                Memory = ByteSize.TryParse(memory, out var size) ? size : throw Misread("MAYFLY_MEMORY", memory, "a size such as 512M"),
            };
        }

        if (read("MAYFLY_COLD") is { Length: > 0 } cold)
        {
            options = options with
            {
                Cold = cold switch
                {
                    "1" => true,
                    "0" => false,
                    _ => throw Misread("MAYFLY_COLD", cold, "1 or 0"),
                },
            };
        }

        if (read("MAYFLY_MAX_SANDBOXES") is { Length: > 0 } most)
        {
            options = options with
            {
                Limits = options.Limits with
                {
                    Sandboxes = int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                        ? number
                        : throw Misread("MAYFLY_MAX_SANDBOXES", most, "a whole number, at least 1"),
                },
            };
        }

        return options;
    }

    private static SandboxConfigurationException Misread(string name, string value, string wanted) =>
        new(ErrorCode.InvalidOption, $"the environment variable {name} is '{value}', but must be {wanted}.");
}
