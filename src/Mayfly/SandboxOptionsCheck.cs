using System.Globalization;
using Mayfly.Diagnostics;

namespace Mayfly;

/// <summary>Checks <see cref="SandboxOptions"/> as a whole, before anything is opened.</summary>
internal static class SandboxOptionsCheck
{
    /// <summary>The least memory the default image boots in.</summary>
    public static readonly ByteSize LeastMemory = ByteSize.MiB(128);

    private static readonly ByteSize MostMemory = ByteSize.GiB(64);
    private const int MostCpus = 32;
    private const int MaxHostNameChars = 63;
    private const double LeastCpu = 0.01;
    private const double MostCpu = 1024;
    private static readonly ByteSize LeastOverhead = ByteSize.MiB(64);

    /// <summary>Throws for the first option that makes no sense.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001, naming the option, its value and its range.</exception>
    public static void Validate(SandboxOptions options)
    {
        Require(
            options.Memory >= LeastMemory && options.Memory <= MostMemory,
            $"Memory is {options.Memory}, but must be {LeastMemory} to {MostMemory}: below that the guest's kernel can't boot");
        Require(options.Cpus is >= 1 and <= MostCpus, $"Cpus is {options.Cpus}, but must be 1 to {MostCpus}");
        Require(Enum.IsDefined(options.Acceleration), $"Acceleration is {options.Acceleration}, but must be Auto, Kvm or Tcg");
        Require(Enum.IsDefined(options.Transport), $"Transport is {options.Transport}, but must be Auto, Vsock, KernelVsock or Serial");
        ValidateLimits(options.Limits, options.Memory);
        Require(
            options.BootTimeout >= TimeSpan.FromSeconds(1) && options.BootTimeout <= TimeSpan.FromHours(1),
            $"BootTimeout is {options.BootTimeout}, but must be one second to one hour");
        Require(
            options.HostName is null || IsHostName(options.HostName),
            $"HostName is '{options.HostName}', but must be 1 to {MaxHostNameChars} letters, digits and hyphens that do not begin or end with a hyphen");
        SandboxNetworkCheck.Validate(options.Network);
    }

    private static void ValidateLimits(SandboxLimits limits, ByteSize memory)
    {
        Require(
            limits.Cpu is null or (>= LeastCpu and <= MostCpu),
            string.Create(CultureInfo.InvariantCulture, $"Limits.Cpu is {limits.Cpu}, but must be {LeastCpu} to {MostCpu} processors"));
        var leastHostMemory = new ByteSize(memory.Bytes + LeastOverhead.Bytes);
        Require(
            limits.HostMemory is null || limits.HostMemory >= leastHostMemory,
            $"Limits.HostMemory is {limits.HostMemory}, but must be at least {leastHostMemory}: the guest's memory, and {LeastOverhead} for the machine itself");
        Require(
            limits.Lifetime is null || (limits.Lifetime >= TimeSpan.FromSeconds(1) && limits.Lifetime <= TimeSpan.FromDays(365)),
            $"Limits.Lifetime is {limits.Lifetime}, but must be one second to one year");
        Require(limits.Sandboxes is null or >= 1, $"Limits.Sandboxes is {limits.Sandboxes}, but must be at least 1");
        Require(Enum.IsDefined(limits.Admission), $"Limits.Admission is {limits.Admission}, but must be Wait or Fail");
        Require(
            limits.Console >= ByteSize.KiB(4) && limits.Console <= ByteSize.GiB(1),
            $"Limits.Console is {limits.Console}, but must be 4 KiB to 1 GiB");
    }

    private static bool IsHostName(string name) =>
        name.Length is > 0 and <= MaxHostNameChars
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
        && name[0] != '-'
        && name[^1] != '-';

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new SandboxConfigurationException(ErrorCode.InvalidOption, $"{message}.");
        }
    }
}
