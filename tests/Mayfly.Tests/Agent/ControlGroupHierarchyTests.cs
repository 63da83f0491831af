using Mayfly.Agent.Warden.Resources.ControlGroups;

namespace Mayfly.Tests.Agent;

public sealed class ControlGroupHierarchyTests
{
    [Fact]
    public void VersionOneHasAHierarchyForEachController()
    {
        var hierarchies = ControlGroupHierarchy.Read(
            "9:name=systemd:/\n8:pids:/user\n4:memory:/user/a b\n1:cpu,cpuacct:/\n",
            """
            31 30 0:27 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
            32 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            33 31 0:29 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            34 31 0:30 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
            """);

        Assert.Equal(["/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup/memory/user/a b", "/sys/fs/cgroup/pids/user"], hierarchies.Select(h => h.Own));
        Assert.All(hierarchies, h => Assert.Equal(1, h.Version));
        Assert.Contains("cpu", hierarchies[0].Controllers);
    }

    [Fact]
    public void VersionTwoHasOneWithTheGroupAbove()
    {
        var hierarchy = Assert.Single(ControlGroupHierarchy.Read(
            "0::/user.slice/user-0.slice/session-1.scope\n",
            "26 25 0:23 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"));

        Assert.Equal(2, hierarchy.Version);
        Assert.Equal("/sys/fs/cgroup/user.slice/user-0.slice/session-1.scope", hierarchy.Own);
        Assert.Equal("/sys/fs/cgroup/user.slice/user-0.slice", hierarchy.Parent);
    }

    [Theory]
    [InlineData("/docker/abc", "/docker/abc", "/sys/fs/cgroup")]
    [InlineData("/docker/abc", "/docker/abc/deep", "/sys/fs/cgroup/deep")]
    [InlineData("/docker/abc", "/docker/abcdef", null)]
    [InlineData("/", "/", "/sys/fs/cgroup")]
    [InlineData("/", "/../other", null)]
    public void AMountMayShowOnlyAPartOfTheHierarchy(string root, string own, string? expected)
    {
        var hierarchy = Assert.Single(ControlGroupHierarchy.Read($"0::{own}\n", $"26 25 0:23 {root} /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"));

        Assert.Equal(expected, hierarchy.Own);
    }

    [Fact]
    public void EscapedNamesAreReadAndLinesThatMakeNoSenseArePassedOver()
    {
        var hierarchy = Assert.Single(ControlGroupHierarchy.Read("0::/\nnonsense\n", "nonsense\n1 2\n26 25 0:23 / /mnt/a\\040b rw - cgroup2 cgroup2 rw\n - \n"));

        Assert.Equal("/mnt/a b", hierarchy.Mount);
        Assert.Null(hierarchy.Parent);
    }
}
