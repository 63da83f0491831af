using Mayfly.Hypervisors;
using Mayfly.Hypervisors.Qemu;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mayfly.Tests.Hypervisors.Qemu;

/// <summary>By what frozen states are told apart: too little, and one is restored that does not fit; too much, and none is ever found.</summary>
public sealed class QemuHypervisorTests
{
    private static readonly MachineSpec _spec = new()
    {
        Id = "0123456789",
        KernelPath = "/cache/vmlinux",
        InitramfsPaths = ["/cache/initramfs.cpio"],
        Memory = ByteSize.MiB(512),
        Cpus = 1,
        Accelerator = Acceleration.Tcg,
        Devices = [],
    };

    [Fact]
    public void ACounterThatIsMeasuredAnewIsStillTheSameHosts() =>
        Assert.Equal(Describe(new TscReport(2_299_997, "measured")), Describe(new TscReport(2_300_004, "measured")));

    [Fact]
    public void AnotherHostsCounterIsAnother()
    {
        string[] descriptions = [Describe(new TscReport(2_300_000, "perf")), Describe(new TscReport(2_394_375, "perf")), Describe(null)];

        Assert.Distinct(descriptions);
    }

    [Fact]
    public void WhatTheMachineIsMadeOfTellsStatesApart()
    {
        var tsc = new TscReport(2_300_000, "perf");
        MachineSpec[] specs =
        [
            _spec,
            _spec with { Cpus = 2 },
            _spec with { Memory = ByteSize.MiB(256) },
            _spec with { KernelPath = "/cache/other" },
            _spec with { KernelArguments = ["quiet"] },
            _spec with { Accelerator = Acceleration.Kvm },
        ];

        Assert.Distinct(specs.Select(spec => Describe(tsc, spec)));
    }

    private static string Describe(TscReport? tsc, MachineSpec? spec = null) =>
        new QemuHypervisor(new QemuProgram("/usr/bin/true", new Version(7, 2)), tsc, NullLogger.Instance).Describe(spec ?? _spec);
}
