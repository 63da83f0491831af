using System.Globalization;
using System.Text;
using Mayfly.Diagnostics;
using Mayfly.Layers;
using Mayfly.Supervision;

namespace Mayfly;

/// <summary>Checks <see cref="SandboxOptions"/> as a whole, before anything is opened.</summary>
internal static class SandboxOptionsCheck
{
    /// <summary>The least memory the default image boots in.</summary>
    public static readonly ByteSize LeastMemory = ByteSize.MiB(128);

    private const int MostCpus = 32;
    private const int MaxHostNameChars = 63;
    private const double LeastCpu = 0.01;
    private const double MostCpu = 1024;
    private const int MostDisks = 8;
    private const int MostKernelArguments = 64;
    private const int MostKernelArgumentBytes = 1024;

    private static readonly ByteSize _mostMemory = ByteSize.GiB(64);
    private static readonly ByteSize _leastOverhead = ByteSize.MiB(64);
    private static readonly ByteSize _leastWriteLimit = ByteSize.MiB(1);
    private static readonly ByteSize _mostWriteLimit = ByteSize.GiB(1024);

    /// <summary>Throws for the first option that makes no sense.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001, naming the option, its value and its range.</exception>
    public static void Validate(SandboxOptions options)
    {
        Require(
            options.Memory >= LeastMemory && options.Memory <= _mostMemory,
            $"Memory is {options.Memory}, but must be {LeastMemory} to {_mostMemory}: below that the guest's kernel can't boot");
        Require(options.Cpus is >= 1 and <= MostCpus, $"Cpus is {options.Cpus}, but must be 1 to {MostCpus}");
        Require(Enum.IsDefined(options.Acceleration), $"Acceleration is {options.Acceleration}, but must be Auto, Kvm or Tcg");
        Require(Enum.IsDefined(options.Transport), $"Transport is {options.Transport}, but must be Auto, Vsock, KernelVsock, Serial or Ssh");
        Require(Enum.IsDefined(options.Kernel), $"Kernel is {options.Kernel}, but must be Stock or Minimal");
        ValidateLimits(options.Limits, options.Memory);
        Require(
            options.BootTimeout >= TimeSpan.FromSeconds(1) && options.BootTimeout <= TimeSpan.FromHours(1),
            $"BootTimeout is {options.BootTimeout}, but must be one second to one hour");
        Require(
            options.HostName is null || IsHostName(options.HostName),
            $"HostName is '{options.HostName}', but must be 1 to {MaxHostNameChars} letters, digits and hyphens that do not begin or end with a hyphen");
        Require(
            options.Name is null || SandboxNames.IsValid(options.Name),
            $"Name is '{options.Name}', but must be {SandboxNames.Rule}");
        Require(!options.Kept || options.Name is not null, "a sandbox that is Kept has no Name, but must have one to be found by");
        SandboxNetworkCheck.Validate(options.Network);
        ValidateKernelArguments(options.KernelArguments);
        Require(options.InitramfsPath is not "", "InitramfsPath is empty, but must name an initramfs or be null");
        SandboxSshCheck.Validate(options);
        Require(options.Disks.Count <= MostDisks, $"Disks has {options.Disks.Count} disks, but must have at most {MostDisks}");
        foreach (var disk in options.Disks)
        {
            Validate(disk);
        }

        LayerCheck.Validate(options);
    }

    private static void ValidateLimits(SandboxLimits limits, ByteSize memory)
    {
        Require(
            limits.Cpu is null or (>= LeastCpu and <= MostCpu),
            string.Create(CultureInfo.InvariantCulture, $"Limits.Cpu is {limits.Cpu}, but must be {LeastCpu} to {MostCpu} processors"));
        var leastHostMemory = new ByteSize(memory.Bytes + _leastOverhead.Bytes);
        Require(
            limits.HostMemory is null || limits.HostMemory >= leastHostMemory,
            $"Limits.HostMemory is {limits.HostMemory}, but must be at least {leastHostMemory}: the guest's memory, and {_leastOverhead} for the machine itself");
        Require(
            limits.Lifetime is null || (limits.Lifetime >= TimeSpan.FromSeconds(1) && limits.Lifetime <= TimeSpan.FromDays(365)),
            $"Limits.Lifetime is {limits.Lifetime}, but must be one second to one year");
        Require(limits.Sandboxes is null or >= 1, $"Limits.Sandboxes is {limits.Sandboxes}, but must be at least 1");
        Require(Enum.IsDefined(limits.Admission), $"Limits.Admission is {limits.Admission}, but must be Wait or Fail");
        Require(
            limits.Console >= ByteSize.KiB(4) && limits.Console <= ByteSize.GiB(1),
            $"Limits.Console is {limits.Console}, but must be 4 KiB to 1 GiB");
    }

    private static void ValidateKernelArguments(IReadOnlyList<string> arguments)
    {
        Require(
            arguments.Count <= MostKernelArguments,
            $"KernelArguments has {arguments.Count} arguments, but must have at most {MostKernelArguments}");
        foreach (var argument in arguments)
        {
            // The kernel would take one with a space for two, and what lies behind a NUL for nothing.
            Require(
                argument.Length > 0 && !argument.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)),
                $"KernelArguments has '{GuestText.Neutralise(argument)}', but each must be without white space and control characters, and not empty");
        }

        var bytes = arguments.Sum(argument => Encoding.UTF8.GetByteCount(argument) + 1);
        Require(
            bytes <= MostKernelArgumentBytes,
            $"KernelArguments has {bytes} bytes, but must have at most {MostKernelArgumentBytes}: the kernel's command line has 2048, Mayfly's own arguments included");
    }

    private static void Validate(SandboxDisk disk)
    {
        Require(!string.IsNullOrWhiteSpace(disk.Path), "a disk's Path is empty, but must name a raw image");
        Require(Enum.IsDefined(disk.Mode), $"the Mode of disk {disk.Path} is {disk.Mode}, but must be CopyOnWrite or ReadOnly");
        Require(Enum.IsDefined(disk.Overlay), $"the Overlay of disk {disk.Path} is {disk.Overlay}, but must be Auto, File or DeviceMapper");
        Require(
            disk.WriteLimit >= _leastWriteLimit && disk.WriteLimit <= _mostWriteLimit,
            $"the WriteLimit of disk {disk.Path} is {disk.WriteLimit}, but must be {_leastWriteLimit} to {_mostWriteLimit}");
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
