using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Images;
using Mayfly.Supervision;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Hypervisors.Qemu;

/// <summary>What a test of a real machine needs: QEMU, a kernel, a directory, and a generous deadline.</summary>
public sealed class MachineBench : IAsyncLifetime
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _files = Directory.CreateTempSubdirectory("mayfly-test-").FullName;

    internal IHypervisor Hypervisor { get; private set; } = null!;

    internal string KernelPath { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Hypervisor = await QemuHypervisor.LocateAsync(null, NullLogger.Instance, default);
        var store = new ImageStore(AgentBinary.Locate(), NullLogger.Instance, TimeProvider.System);
        KernelPath = (await store.GetAsync(null, null, default)).KernelPath;
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_files, recursive: true);
        return Task.CompletedTask;
    }

    internal static Task<Warden> StartWardenAsync() =>
        WardenStarter.StartAsync(AgentBinary.Locate(), Guid.NewGuid().ToString("N")[..10], "a test", TimeProvider.System, default);

    internal MachineSpec Spec(params byte[][] archives) => new()
    {
        Id = "test",
        KernelPath = KernelPath,
        InitramfsPaths = [.. archives.Select(Store)],
        Memory = ByteSize.MiB(256),
        Cpus = 1,
        Accelerator = Acceleration.Tcg,
        Devices = [],
    };

    private string Store(byte[] archive)
    {
        var path = Path.Combine(_files, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, archive);
        return path;
    }
}
