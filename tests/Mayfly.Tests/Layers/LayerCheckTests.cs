namespace Mayfly.Tests.Layers;

public sealed class LayerCheckTests
{
    [Theory]
    [InlineData("")]
    [InlineData("opt")]
    [InlineData("/opt/")]
    [InlineData("//opt")]
    [InlineData("/opt/../etc")]
    [InlineData("/opt/.")]
    [InlineData("/opt\n")]
    [InlineData("/proc")]
    [InlineData("/sys/kernel")]
    [InlineData("/dev/shm")]
    [InlineData("/run")]
    [InlineData("/run/mayfly/layers")]
    public void APlaceThatIsNoneIsRefused(string guestPath) =>
        Assert.Contains("GuestPath", Refusal("MAY1001", SandboxLayer.FromFolder("/etc", guestPath)), StringComparison.Ordinal);

    [Theory]
    [InlineData("/")]
    [InlineData("/process")]
    [InlineData("/run/mine")]
    [InlineData("/opt/a b:c,d")]
    public void OtherPlacesAreFree(string guestPath) =>
        SandboxOptionsCheck.Validate(new SandboxOptions { Layers = [SandboxLayer.FromFolder("/etc", guestPath)] });

    [Fact]
    public void TheDotnetOfThisProcessHasNoNeedOfAPath() => SandboxOptionsCheck.Validate(new SandboxOptions { Layers = [SandboxLayer.FromDotnet()] });

    [Fact]
    public void SizesHaveTheirRanges()
    {
        var layer = SandboxLayer.FromFolder("/etc", "/x");

        Assert.Contains("Writable", Refusal("MAY1001", layer with { Writable = ByteSize.GiB(1) }), StringComparison.Ordinal);
        Assert.Contains("Writable", Refusal("MAY1001", layer with { Writable = new ByteSize(-1) }), StringComparison.Ordinal);
        Assert.Contains("Slot", Refusal("MAY1001", layer with { Slot = new ByteSize(0) }), StringComparison.Ordinal);
        Assert.Contains("at most 16", Refusal("MAY1001", [.. Enumerable.Repeat(layer, 17)]), StringComparison.Ordinal);
    }

    [Fact]
    public void AnImageOfOnesOwnCanHaveNone()
    {
        var options = new SandboxOptions { InitramfsPath = "/etc/passwd", Layers = [SandboxLayer.FromFolder("/etc", "/x")] };

        Assert.Contains("InitramfsPath", Assert.Throws<SandboxConfigurationException>(() => SandboxOptionsCheck.Validate(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ASourceThatIsNotThereIsRefusedBeforeAnythingStarts()
    {
        Refusal("MAY1018", SandboxLayer.FromFolder("/absent", "/x"));
        Refusal("MAY1018", SandboxLayer.FromTar("/etc", "/x"));
        Refusal("MAY1018", SandboxLayer.FromTool("no-such-program"));
        Refusal("MAY1018", SandboxLayer.FromDotnet("/absent.dll"));
        Refusal("MAY1001", SandboxLayer.FromDotnet(" "));
        Refusal("MAY1001", SandboxLayer.FromFolder("/etc\0", "/x"));
    }

    private static string Refusal(string code, params SandboxLayer[] layers)
    {
        var exception = Assert.Throws<SandboxConfigurationException>(() => SandboxOptionsCheck.Validate(new SandboxOptions { Layers = layers }));
        Assert.Equal(code, exception.Code);
        return exception.Message;
    }
}
