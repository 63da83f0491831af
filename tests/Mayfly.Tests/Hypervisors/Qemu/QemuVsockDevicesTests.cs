using Mayfly.Diagnostics;
using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Mayfly.Supervision;

namespace Mayfly.Tests.Hypervisors.Qemu;

public sealed class QemuVsockDevicesTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mayfly-test-");

    public void Dispose() => _root.Delete(recursive: true);

    [Theory]
    [InlineData("name \"vhost-user-vsock-device\", bus virtio-bus\nname \"vhost-vsock-device\", bus virtio-bus\n", true, true)]
    [InlineData("Misc devices:\nname \"vhost-vsock-device\", bus virtio-bus, desc \"not a vhost-user-vsock-device\"\n", false, true)]
    [InlineData("name \"vhost-user-vsock-pci\", bus PCI\nname \"vhost-vsock-pci\", bus PCI\n", false, false)]
    [InlineData("name \"vhost-user-vsock-device\"", true, false)]
    public void OnlyDevicesOfAMachineWithoutPciCount(string output, bool vhostUser, bool kernel) =>
        Assert.Equal(new VsockDevices(vhostUser, kernel), QemuDeviceList.Parse(output));

    [Theory]
    [InlineData("")]
    [InlineData("Invalid parameter 'help'")]
    public void AnAnswerWithoutDevicesIsNone(string output) => Assert.Null(QemuDeviceList.Parse(output));

    [Fact]
    public async Task TheProgramIsAskedOnceAndAnewWhenItHasChanged()
    {
        var program = Script("echo asked >> \"$0.log\"; echo 'name \"vhost-vsock-device\", bus virtio-bus'");

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => program.GetVsockDevicesAsync(_root.FullName, default))));

        Assert.All(answers, answer => Assert.Equal(new VsockDevices(VhostUser: false, Kernel: true), answer));
        Assert.Single(await File.ReadAllLinesAsync(program.Path + ".log"));

        File.SetLastWriteTimeUtc(program.Path, DateTime.UnixEpoch);
        await program.GetVsockDevicesAsync(_root.FullName, default);
        Assert.Equal(2, (await File.ReadAllLinesAsync(program.Path + ".log")).Length);
    }

    [Theory]
    [InlineData("echo nothing of the kind")]
    [InlineData("yes")]
    public async Task AProgramThatAnswersSomethingElseIsUnusableAndNotRemembered(string script)
    {
        var program = Script(script);

        var error = await Assert.ThrowsAsync<SandboxConfigurationException>(() => program.GetVsockDevicesAsync(_root.FullName, default));

        Assert.Equal(ErrorCode.HypervisorUnusable, error.Code);
        Assert.Contains("lists no device", error.Message, StringComparison.Ordinal);
        Assert.Empty(_root.GetFiles("*.json"));
    }

    [Fact]
    [Trait("Category", "MicroVM")]
    public async Task ThisHostsQemuAnswers()
    {
        var program = await QemuProgram.LocateAsync(null, default);

        var devices = await program.GetVsockDevicesAsync(_root.FullName, default);

        Assert.True(devices.Kernel || devices.VhostUser, "Debian's QEMU has had both since 4.2");
        Assert.Equal(devices, await program.GetVsockDevicesAsync(RuntimeRoot.Open(), default));
    }

    private QemuProgram Script(string text)
    {
        var path = Path.Combine(_root.FullName, "qemu");
        File.WriteAllText(path, $"#!/bin/sh\n{text}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new QemuProgram(path, new Version(7, 2));
    }
}
