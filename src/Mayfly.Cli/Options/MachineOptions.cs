using System.CommandLine;
using System.Globalization;

namespace Mayfly.Cli.Options;

/// <summary>The options that say what the machine is made of, shared by all commands that start one.</summary>
internal sealed class MachineOptions
{
    private readonly Option<string> _memory = new("--memory")
    {
        Description = "The guest's memory, which also bounds its file system: 128M to 64G. Units K, M, G are powers of 1024",
        HelpName = "SIZE",
        DefaultValueFactory = _ => "512M",
    };

    private readonly Option<string> _cpus = new("--cpus")
    {
        Description = "The guest's number of processors: 1 to 32",
        HelpName = "N",
        DefaultValueFactory = _ => "1",
    };

    private readonly Option<string> _accel = new("--accel")
    {
        Description = "auto: KVM where a probe has shown that it works, emulation elsewhere; kvm: KVM or an error; tcg: emulation",
        HelpName = "auto|kvm|tcg",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<string> _transport = new("--transport")
    {
        Description = "How the guest is reached. auto: the best that QEMU and the host offer; vsock: a device of Mayfly's own; kernel-vsock: the host kernel's, through /dev/vhost-vsock; serial: a virtio-serial port, and no vsock; ssh: the guest's SSH server",
        HelpName = "auto|vsock|kernel-vsock|serial|ssh",
        DefaultValueFactory = _ => "auto",
    };

    private readonly NetworkOptions _network = new();

    private readonly KernelOption _kernel = new();

    private readonly Option<string> _initramfs = new("--initramfs")
    {
        Description = "An initramfs of your own instead of Mayfly's, compressed or not. There is no agent in it: it is reached over its own SSH server",
        HelpName = "PATH",
    };

    private readonly Option<string[]> _append = new("--append")
    {
        Description = "An argument for the guest's kernel, behind Mayfly's own. Repeatable",
        HelpName = "ARGUMENT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _disks = new("--disk")
    {
        Description = "A raw disk image, which itself is never written: /dev/vda in the guest, then /dev/vdb... :ro for reading only; limit: how much writes may take, 1G by default. Repeatable, up to 8 disks",
        HelpName = "PATH[:ro][:limit=SIZE]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _layers = new("--layer")
    {
        Description = "A folder or tar archive of the host that the guest mounts at DST rather than copies, read-only, made into an image once; writable: how much may be written there, in the guest's memory; slot: a size that is set aside, so that clones can differ in it. Layers of one DST are joined, the first above. Repeatable, up to 16 with --layer-tool and --layer-dotnet",
        HelpName = "SRC:DST[:writable=SIZE][:slot=SIZE]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _layerTools = new("--layer-tool")
    {
        Description = "A program of the host, by its path or by PATH, that the guest can run: a layer of it with the loader and the libraries it needs, joined with the guest's root unless DST says where, below the others. Repeatable",
        HelpName = "PROGRAM[:DST]",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _layerDotnets = new("--layer-dotnet")
    {
        Description = "This host's .NET, as much of it as an application (its main .dll) needs: a layer of dotnet, the shared frameworks that its .runtimeconfig.json names, and the libraries and data they need, joined with the guest's root, below the others; the application itself is for --layer. Without APPLICATION, what mayfly itself runs on. Repeatable",
        HelpName = "APPLICATION",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string> _bootTimeout = new("--boot-timeout")
    {
        Description = "How long the machine may take to come up: 1s to 1h; a plain number is seconds",
        HelpName = "DURATION",
        DefaultValueFactory = _ => "60s",
    };

    private readonly Option<bool> _cold = new("--cold")
    {
        Description = "Boot the machine rather than clone it from a template of a machine like it",
    };

    private readonly SshOptions _ssh = new();

    private readonly LimitOptions _limits = new();

    /// <summary>Makes a command know these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_memory);
        command.Add(_cpus);
        command.Add(_accel);
        command.Add(_transport);
        _network.AddTo(command);
        _kernel.AddTo(command);
        command.Add(_initramfs);
        command.Add(_append);
        command.Add(_disks);
        command.Add(_layers);
        command.Add(_layerTools);
        command.Add(_layerDotnets);
        command.Add(_bootTimeout);
        command.Add(_cold);
        _ssh.AddTo(command);
        _limits.AddTo(command);
    }

    /// <summary>Reads them; ranges are the library's to check.</summary>
    /// <exception cref="SandboxConfigurationException">MAY1001.</exception>
    public SandboxOptions Read(ParseResult parsed) => new()
    {
        Memory = ReadMemory(parsed.GetRequiredValue(_memory)),
        Cpus = ReadCpus(parsed.GetRequiredValue(_cpus)),
        Acceleration = ReadAcceleration(parsed.GetRequiredValue(_accel)),
        Transport = ReadTransport(parsed.GetRequiredValue(_transport)),
        Limits = _limits.Read(parsed),
        Network = _network.Read(parsed),
        Kernel = _kernel.Read(parsed).Kernel,
        KernelPath = _kernel.Read(parsed).Path,
        InitramfsPath = parsed.GetValue(_initramfs),
        KernelArguments = parsed.GetValue(_append) ?? [],
        Disks = [.. (parsed.GetValue(_disks) ?? []).Select(DiskText.Parse)],
        Cold = parsed.GetValue(_cold),
        Layers =
        [
            .. (parsed.GetValue(_layers) ?? []).Select(LayerText.Parse),
            .. (parsed.GetValue(_layerTools) ?? []).Select(LayerText.ParseTool),
            .. ReadDotnets(parsed),
        ],
        Ssh = _ssh.Read(parsed),
        BootTimeout = DurationText.Parse("--boot-timeout", parsed.GetRequiredValue(_bootTimeout)),
    };

    private IEnumerable<SandboxLayer> ReadDotnets(ParseResult parsed) => parsed.GetResult(_layerDotnets) is null ? []
        : parsed.GetValue(_layerDotnets) is { Length: > 0 } applications ? applications.Select(application => SandboxLayer.FromDotnet(application))
        : [SandboxLayer.FromDotnet()];

    private static ByteSize ReadMemory(string text) =>
        ByteSize.TryParse(text, out var size) ? size : throw UsageError.Value("--memory", text, "a size such as 512M or 1G; a plain number is bytes");

    private static int ReadCpus(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var cpus) ? cpus : throw UsageError.Value("--cpus", text, "a whole number, 1 to 32");

    private static Acceleration ReadAcceleration(string text) => text switch
    {
        "auto" => Acceleration.Auto,
        "kvm" => Acceleration.Kvm,
        "tcg" => Acceleration.Tcg,
        _ => throw UsageError.Value("--accel", text, "auto, kvm or tcg"),
    };

    private static SandboxTransport ReadTransport(string text) => text switch
    {
        "auto" => SandboxTransport.Auto,
        "vsock" => SandboxTransport.Vsock,
        "kernel-vsock" => SandboxTransport.KernelVsock,
        "serial" => SandboxTransport.Serial,
        "ssh" => SandboxTransport.Ssh,
        _ => throw UsageError.Value("--transport", text, "auto, vsock, kernel-vsock, serial or ssh"),
    };
}
