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
    private const int MostDisks = 8;

    private static readonly ByteSize _leastWriteLimit = ByteSize.MiB(1);
    private static readonly ByteSize _mostWriteLimit = ByteSize.GiB(1024);

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
        Require(
            options.BootTimeout >= TimeSpan.FromSeconds(1) && options.BootTimeout <= TimeSpan.FromHours(1),
            $"BootTimeout is {options.BootTimeout}, but must be one second to one hour");
        Require(
            options.HostName is null || IsHostName(options.HostName),
            $"HostName is '{options.HostName}', but must be 1 to {MaxHostNameChars} letters, digits and hyphens that do not begin or end with a hyphen");
        Require(options.Disks.Count <= MostDisks, $"Disks has {options.Disks.Count} disks, but must have at most {MostDisks}");
        foreach (var disk in options.Disks)
        {
            Validate(disk);
        }
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
