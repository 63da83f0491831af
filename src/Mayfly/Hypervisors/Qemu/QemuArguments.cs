using System.Globalization;
using Mayfly.Networks;

namespace Mayfly.Hypervisors.Qemu;

/// <summary>QEMU's command line: pure functions, one per device or group of options. What is x64's own is in x64 parts here.</summary>
internal static class QemuArguments
{
    /// <summary>TASK_COMM_LEN of the kernel, its closing zero not included.</summary>
    private const int MaxProcessNameBytes = 15;

    private const string SharedMemoryId = "mem";

    private const string NetworkId = "net0";

    /// <summary>The first that QEMU inherits behind its standard streams: the TAP device, opened.</summary>
    private const int TapDescriptor = 3;

    /// <summary>
    /// All that emulation can do, but for the two features that promise fast byte-wise string moves: the guest's kernel and C
    /// library then copy and clear with them, and TCG carries them out a byte at a time. Without them they move eight. Nor is
    /// there SMAP: QEMU 7.2 reads the stack of a program's own iret as if it were the kernel's, which SMAP forbids, and .NET goes
    /// on after a stack overflow and other faults by such an iret. The kernel takes that for a fault of its own.
    /// </summary>
    private const string EmulatedProcessor = "max,erms=off,fsrm=off,smap=off";

    /// <summary>The whole command line.</summary>
    /// <param name="spec">What the machine is made of.</param>
    /// <param name="sockets">Where the monitor connects to.</param>
    /// <param name="initramfsPath">The archives of the specification, joined; null for none.</param>
    /// <param name="tscKhz">The host's time stamp counter, where it is known.</param>
    public static IReadOnlyList<string> Compose(MachineSpec spec, QemuSockets sockets, string? initramfsPath, long? tscKhz) =>
    [
        .. Name(spec.Id),
        .. Isolation(),
        .. Machine(IsShared(spec) || spec.MemoryFile is not null),
        .. Processor(spec.Accelerator, spec.Cpus),
        .. Memory(spec.Memory),
        .. IsShared(spec) ? SharedMemory(spec.Memory) : [],
        .. MemoryFile(spec.MemoryFile, spec.Memory),
        .. spec.MemoryFile is RestoredMemory ? [] : Boot(spec, initramfsPath, tscKhz),
        .. Control(sockets.Control),
        .. Console(sockets.Console),
        .. SerialPorts([.. spec.Devices.OfType<SerialPortDevice>()]),
        .. spec.Devices.OfType<VhostUserVsockDevice>().SelectMany(VhostUserVsock),
        .. spec.Devices.OfType<KernelVsockDevice>().SelectMany(KernelVsock),
        .. spec.Disks.SelectMany(Disk),
        .. Network(spec.Network),
        .. Incoming(spec.MemoryFile),
    ];

    /// <summary>Names the guest and, so that people find it in ps and top, its process.</summary>
    public static IReadOnlyList<string> Name(string id)
    {
        var process = $"qemu-{id}";
        return ["-name", $"{Escape($"mayfly-{id}")},process={Escape(process[..Math.Min(process.Length, MaxProcessNameBytes)])}"];
    }

    /// <summary>Nothing but what is asked for: no default devices, no user's configuration, few system calls.</summary>
    public static IReadOnlyList<string> Isolation() =>
    [
        "-nodefaults",
        "-no-user-config",
        "-no-reboot",
        "-display", "none",
        "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
    ];

    /// <summary>The machine: no PCI, no firmware to speak of. Without an RTC the boot waits two seconds for one.</summary>
    /// <param name="sharesMemory">Whether its memory is that of <see cref="SharedMemory"/>.</param>
    public static IReadOnlyList<string> Machine(bool sharesMemory) =>
        ["-machine", $"microvm,acpi=on,rtc=on,pic=off,x-option-roms=off{(sharesMemory ? $",memory-backend={SharedMemoryId}" : "")}"];

    /// <summary>How instructions are carried out and how many processors do so.</summary>
    public static IReadOnlyList<string> Processor(Acceleration accelerator, int cpus) =>
    [
        "-accel", accelerator == Acceleration.Kvm ? "kvm" : "tcg",
        "-cpu", accelerator == Acceleration.Kvm ? "host" : EmulatedProcessor,
        "-smp", cpus.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>The guest's memory, in bytes.</summary>
    public static IReadOnlyList<string> Memory(ByteSize size) =>
        ["-m", string.Create(CultureInfo.InvariantCulture, $"size={size.Bytes}B")];

    /// <summary>
    /// The guest's memory as a file without a name that a back end outside of QEMU can map. QEMU seals it against shrinking
    /// unless told otherwise, and back ends insist on that: a page that is gone would kill the process that touches it.
    /// </summary>
    public static IReadOnlyList<string> SharedMemory(ByteSize size) =>
        ["-object", string.Create(CultureInfo.InvariantCulture, $"memory-backend-memfd,id={SharedMemoryId},size={size.Bytes}B,share=on")];

    /// <summary>
    /// The guest's memory as a file with a name: QEMU loses shared memory without one on its way to a clone. What a recorded
    /// machine writes is the file's; what a restored one writes is its own, page by page.
    /// </summary>
    public static IReadOnlyList<string> MemoryFile(MachineMemory? memory, ByteSize size) => memory is null ? [] :
        ["-object", string.Create(
            CultureInfo.InvariantCulture,
            $"memory-backend-file,id={SharedMemoryId},size={size.Bytes}B,mem-path={Escape(memory.Path)},share={(memory is RecordedMemory ? "on" : "off")}")];

    /// <summary>A restored machine waits for its state, which is to be told of memory that comes another way.</summary>
    public static IReadOnlyList<string> Incoming(MachineMemory? memory) => memory is RestoredMemory ? ["-incoming", "defer"] : [];

    /// <summary>The kernel and its initramfs. Values of these options are taken as they are, commas included.</summary>
    public static IReadOnlyList<string> Kernel(string kernelPath, string? initramfsPath) =>
        initramfsPath is null ? ["-kernel", kernelPath] : ["-kernel", kernelPath, "-initrd", initramfsPath];

    /// <summary>What is booted. A restored machine has all of it in its memory.</summary>
    public static IReadOnlyList<string> Boot(MachineSpec spec, string? initramfsPath, long? tscKhz) =>
        [.. Kernel(spec.KernelPath, initramfsPath), .. KernelCommandLine(KernelArguments.Compose(spec, tscKhz))];

    /// <summary>The kernel's command line.</summary>
    public static IReadOnlyList<string> KernelCommandLine(IEnumerable<string> arguments) =>
        ["-append", string.Join(' ', arguments)];

    /// <summary>The monitor protocol, on a socket that QEMU connects to.</summary>
    public static IReadOnlyList<string> Control(string socketPath) =>
        ["-chardev", Socket("control", socketPath), "-mon", "chardev=control,mode=control"];

    /// <summary>The first serial port, for the kernel's messages.</summary>
    public static IReadOnlyList<string> Console(string socketPath) =>
        ["-chardev", Socket("console", socketPath), "-serial", "chardev:console"];

    /// <summary>One virtio-serial device with a port for each; nothing where there are none. Port 0 is kept for a console.</summary>
    public static IReadOnlyList<string> SerialPorts(IReadOnlyList<SerialPortDevice> ports) => ports.Count == 0
        ? []
        : ["-device", "virtio-serial-device", .. ports.SelectMany((port, index) => SerialPort(port, index + 1))];

    /// <summary>A vsock device whose back end listens on a socket that QEMU connects to.</summary>
    public static IReadOnlyList<string> VhostUserVsock(VhostUserVsockDevice device) =>
        ["-chardev", Socket("vsock", device.SocketPath), "-device", $"{QemuDeviceList.VhostUserVsock},chardev=vsock"];

    /// <summary>A vsock device whose back end is the host's kernel.</summary>
    public static IReadOnlyList<string> KernelVsock(KernelVsockDevice device) =>
        ["-device", string.Create(CultureInfo.InvariantCulture, $"{QemuDeviceList.KernelVsock},guest-cid={device.ContextId}")];

    /// <summary>
    /// A disk of the given number. An error is the guest's to see, also that there is no more room, at which QEMU would stop
    /// the machine. Nothing of a sandbox outlives it, so that its flushes need not reach the host's disk.
    /// </summary>
    public static IReadOnlyList<string> Disk(DiskDrive drive, int number)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"disk{number}");
        return
        [
            .. drive switch
            {
                ReadOnlyDrive image => Image(id, image.ImagePath),
                OverlayDrive overlay => Overlay(id, overlay),
                DeviceDrive device => ["-blockdev", $"driver=host_device,node-name={id},filename={Escape(device.DevicePath)},cache.no-flush=on"],
                _ => throw new ArgumentOutOfRangeException(nameof(drive), drive, null),
            },
            "-device", $"virtio-blk-device,drive={id},serial={drive.Serial ?? id},rerror=report,werror=report",
        ];
    }

    /// <summary>The network card and its other end; nothing where there is none.</summary>
    public static IReadOnlyList<string> Network(NetworkCard? card) => card switch
    {
        UserNetworkCard user => ["-netdev", UserNetwork(user), .. Card(card)],
        TapNetworkCard => ["-netdev", $"tap,id={NetworkId},fd={TapDescriptor}", .. Card(card)],
        _ => [],
    };

    /// <summary>A port of the host's that QEMU listens on, in its own notation.</summary>
    public static string Forward(PortForward forward) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(forward.Protocol == PortProtocol.Udp ? "udp" : "tcp")}:{forward.HostAddress}:{forward.HostPort}-{UserModeNetwork.Guest}:{forward.GuestPort}");

    /// <summary>QEMU's own escape: a comma inside a value is written twice.</summary>
    public static string Escape(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    /// <summary>The number of the descriptor by which QEMU inherits the state of a frozen machine: behind the TAP device, where there is one.</summary>
    public static int StateDescriptor(MachineSpec spec) => spec.Network is TapNetworkCard ? TapDescriptor + 1 : TapDescriptor;

    /// <summary>Whether somebody outside of QEMU reads and writes the guest's memory.</summary>
    private static bool IsShared(MachineSpec spec) => spec.Devices.OfType<VhostUserVsockDevice>().Any();

    private static IReadOnlyList<string> Image(string id, string path) =>
    [
        "-blockdev", $"driver=file,node-name={id}-file,filename={Escape(path)},read-only=on",
        "-blockdev", $"driver=raw,node-name={id},file={id}-file,read-only=on",
    ];

    /// <summary>A node of a fixed length below the format's keeps what is written within it.</summary>
    private static IReadOnlyList<string> Overlay(string id, OverlayDrive drive) =>
    [
        .. Image($"{id}-image", drive.ImagePath),
        "-blockdev", $"driver=file,node-name={id}-overlay,filename={Escape(drive.OverlayPath)},cache.no-flush=on",
        "-blockdev", string.Create(CultureInfo.InvariantCulture, $"driver=raw,node-name={id}-room,file={id}-overlay,size={drive.OverlayBytes}"),
        "-blockdev", $"driver=qcow2,node-name={id},file={id}-room,backing={id}-image",
    ];

    private static IReadOnlyList<string> SerialPort(SerialPortDevice port, int number) =>
    [
        "-chardev", Socket(string.Create(CultureInfo.InvariantCulture, $"port{number}"), port.SocketPath),
        "-device", string.Create(CultureInfo.InvariantCulture, $"virtserialport,nr={number},chardev=port{number},name={Escape(port.Name)}"),
    ];

    /// <summary>
    /// IPv4 only, for the agent sets up nothing else. Restricted, QEMU drops what the guest begins by itself and answers
    /// forwarded connections alone.
    /// </summary>
    private static string UserNetwork(UserNetworkCard card) => string.Concat(
        [
            $"user,id={NetworkId},ipv6=off,net={UserModeNetwork.Network},host={UserModeNetwork.Host},dhcpstart={UserModeNetwork.Guest},dns={UserModeNetwork.DnsServer}",
            $",restrict={(card.Outbound ? "off" : "on")}",
            .. card.Forwards.Select(forward => $",hostfwd={Forward(forward)}"),
        ]);

    private static IReadOnlyList<string> Card(NetworkCard card) => ["-device", $"virtio-net-device,netdev={NetworkId},mac={card.Mac}"];

    private static string Socket(string id, string path) => $"socket,id={id},path={Escape(path)}";
}
